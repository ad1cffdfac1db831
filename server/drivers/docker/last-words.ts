import type { Engine } from "./client.ts";
import { type Container, isUp } from "./containers.ts";
import { readLastWords } from "./logs.ts";

const keptMax = 1_000;

/** What programs that ended said last. Each end is asked about once: its words do not change any more. */
export class LastWords {
  readonly #kept = new Map<string, Promise<string | null>>();

  /** Null: it runs, or it said nothing, or what it said cannot be read. */
  async of(engine: Engine, container: Container, signal: AbortSignal): Promise<string | null> {
    const { id, status, startedAt, finishedAt } = container;
    if (startedAt === null || (isUp(container) && status !== "restarting")) return null;
    const key = `${id} ${finishedAt}`;
    const known = this.#kept.get(key);
    if (known) return known;
    const reading = readLastWords(engine, id, signal).catch(() => {
      this.#kept.delete(key);
      return null;
    });
    this.#kept.set(key, reading);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > keptMax && oldest !== undefined) this.#kept.delete(oldest);
    return reading;
  }
}
