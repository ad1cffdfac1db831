import { clear, createHistogram, record, toBins } from "#domain/evidence/histogram.ts";

const slotCount = 10;
const slotMs = 100;

/** Counts of one unit's requests within the current second. Written in place on every request: nothing is allocated. */
export class Counters {
  readonly #requests = new Uint32Array(slotCount);
  readonly #failed = new Uint32Array(slotCount);
  readonly #histogram = createHistogram();
  #cut = 0;
  #touched = false;

  /** A request ended `sinceTickMs` after the current second began. */
  count(sinceTickMs: number, latencyMs: number, failed: boolean): void {
    const slot = Math.min(slotCount - 1, Math.max(0, Math.floor(sinceTickMs / slotMs)));
    this.#requests[slot] = (this.#requests[slot] ?? 0) + 1;
    if (failed) this.#failed[slot] = (this.#failed[slot] ?? 0) + 1;
    record(this.#histogram, latencyMs);
    this.#touched = true;
  }

  countCut(): void {
    this.#cut += 1;
    this.#touched = true;
  }

  get touched(): boolean {
    return this.#touched;
  }

  /** The second's counts, and a fresh second. */
  take(): { slots: [number, number][]; bins: [number, number][]; cut: number } {
    const slots = Array.from(this.#requests, (requests, slot): [number, number] => [requests, this.#failed[slot] ?? 0]);
    const taken = { slots, bins: this.#histogram.total > 0 ? toBins(this.#histogram) : [], cut: this.#cut };
    if (this.#touched) {
      this.#requests.fill(0);
      this.#failed.fill(0);
      clear(this.#histogram);
    }
    this.#cut = 0;
    this.#touched = false;
    return taken;
  }
}
