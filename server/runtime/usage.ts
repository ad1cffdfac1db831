import pidusage from "pidusage";
import type { Usage } from "#domain/metric.ts";
import type { Logger } from "#server/log.ts";

/** What a process took lately; nulls where that is not known. */
export type UsageOf = (pid: number | null) => Pick<Usage, "cpu" | "memoryBytes">;

/** More processes than this are not looked at: their usage is unknown. */
const processesMax = 1_000;
/** An older look says nothing about now. */
const freshMsMax = 3_000;
/** The package forgets a process, and closes what it holds open of it, when nobody has asked for this long. */
const forgottenMs = 10_000;

const unknown = { cpu: null, memoryBytes: null } as const;

/**
 * Looks at all processes of this machine together, one look at a time: while one is under way the next is left out, and
 * whoever asks gets the last. On Linux a look reads /proc/<pid>/stat of each and starts no process.
 */
export class UsageSampler {
  readonly #log: Logger;
  #looking = false;
  #seen: ReadonlyMap<number, ReturnType<UsageOf>> = new Map();
  #seenAt = Number.NEGATIVE_INFINITY;

  constructor(log: Logger) {
    this.#log = log;
  }

  readonly of: UsageOf = (pid) => {
    if (pid === null || !this.#isFresh()) return unknown;
    return this.#seen.get(pid) ?? unknown;
  };

  /** Begins a look, and does not wait for it. */
  sample(pids: readonly number[]): void {
    if (this.#looking || pids.length === 0) return;
    this.#looking = true;
    void this.#look(pids.slice(0, processesMax)).finally(() => {
      this.#looking = false;
    });
  }

  async #look(pids: readonly number[]): Promise<void> {
    // Of a process that it has not just met the package says 0: there is nothing to take the difference from.
    const met = this.#isFresh() ? this.#seen : new Map();
    const seen = new Map<number, ReturnType<UsageOf>>();
    try {
      const stats = await pidusage([...pids], { maxage: forgottenMs });
      for (const pid of pids) {
        const stat = stats[pid];
        if (stat) seen.set(pid, { cpu: met.has(pid) ? toCores(stat.cpu) : null, memoryBytes: stat.memory });
      }
    } catch (error) {
      this.#log.debug({ err: error }, "What the instances use cannot be seen; it is left out.");
    }
    this.#seen = seen;
    this.#seenAt = performance.now();
  }

  #isFresh(): boolean {
    return performance.now() - this.#seenAt <= freshMsMax;
  }
}

/** From percent of one core, to a thousandth. */
function toCores(percent: number): number {
  return Math.max(0, Math.round(percent * 10) / 1_000);
}
