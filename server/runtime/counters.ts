import { binOf, clear, createHistogram, recordBin, toBins } from "#domain/evidence/histogram.ts";

const slotCount = 10;
const slotMs = 100;

/** Counts of one unit's requests within the current second. Written in place on every request: nothing is allocated. */
export class Counters {
  readonly #requests = new Uint32Array(slotCount);
  readonly #failed = new Uint32Array(slotCount);
  /** Bins of the first request that ended in each slot and of the slowest; -1 while none did. */
  readonly #first = new Int32Array(slotCount).fill(-1);
  readonly #slowest = new Int32Array(slotCount).fill(-1);
  readonly #histogram = createHistogram();
  #cut = 0;
  #touched = false;

  /** A request ended `sinceTickMs` after the current second began. */
  count(sinceTickMs: number, latencyMs: number, failed: boolean): void {
    const slot = Math.min(slotCount - 1, Math.max(0, Math.floor(sinceTickMs / slotMs)));
    this.#requests[slot] = (this.#requests[slot] ?? 0) + 1;
    if (failed) this.#failed[slot] = (this.#failed[slot] ?? 0) + 1;
    const bin = binOf(latencyMs);
    if (this.#first[slot] === -1) this.#first[slot] = bin;
    this.#slowest[slot] = Math.max(this.#slowest[slot] ?? -1, bin);
    recordBin(this.#histogram, bin);
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
  take(): { slots: [number, number][]; latency: ([number, number] | null)[]; bins: [number, number][]; cut: number } {
    const slots = Array.from(this.#requests, (requests, slot): [number, number] => [requests, this.#failed[slot] ?? 0]);
    const latency = Array.from(this.#first, (first, slot): [number, number] | null => (first === -1 ? null : [first, this.#slowest[slot] ?? first]));
    const taken = { slots, latency, bins: this.#histogram.total > 0 ? toBins(this.#histogram) : [], cut: this.#cut };
    if (this.#touched) {
      this.#requests.fill(0);
      this.#failed.fill(0);
      this.#first.fill(-1);
      this.#slowest.fill(-1);
      clear(this.#histogram);
    }
    this.#cut = 0;
    this.#touched = false;
    return taken;
  }
}
