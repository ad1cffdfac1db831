/** One simulated rollout: 20 minutes, 200 requests/s, ten instances of which one more is on the new release every two minutes. */
export interface World {
  readonly name: string;
  /** Failed requests per request of the old release. */
  readonly rate: number;
  /** How many times as often the new release fails, and from which second on. */
  readonly ratio: number;
  readonly from: number;
  /** What both releases share: an outage, x20 for 60 s; a drift over a decade; or nothing. */
  readonly shared: "steady" | "outage" | "drift";
  /** Mean number of failures in a row on one instance. */
  readonly clump: number;
  /** Whether a clump goes on in the next second. */
  readonly runsOn: boolean;
  /** Lasting differences of hosts: the standard deviation of the logarithm of their rates. */
  readonly hostSigma: number;
  /** Whether an hour of counts from before the start is known. */
  readonly hasHistory: boolean;
}

export const secondsPerRollout = 1_200;
export const instances = 10;
const secondsPerBatch = 120;
const outage = { from: 600, until: 660, factor: 20 };

const plain = { rate: 0.01, ratio: 1, from: 0, shared: "steady", clump: 1, runsOn: false, hostSigma: 0, hasHistory: true } as const;

/** The new release is as good as the old one: every rollback is false. */
export const harmlessWorlds: readonly World[] = [
  { ...plain, name: "flat 0.1 %", rate: 0.001 },
  { ...plain, name: "flat 1 %" },
  { ...plain, name: "flat 2 %", rate: 0.02 },
  { ...plain, name: "outage of both, 0.1 %", rate: 0.001, shared: "outage" },
  { ...plain, name: "outage of both, 1 %", shared: "outage" },
  { ...plain, name: "drift of both, 0.5 %", rate: 0.005, shared: "drift" },
  { ...plain, name: "drift of both, 1 %", shared: "drift" },
  { ...plain, name: "clumps of 2, 1 %", clump: 2 },
  { ...plain, name: "clumps of 5, 1 %", clump: 5 },
  { ...plain, name: "clumps of 20, 1 %", clump: 20 },
  { ...plain, name: "clumps of 20 that run on, 1 %", clump: 20, runsOn: true },
  { ...plain, name: "hosts differ by 0.3, 1 %", hostSigma: 0.3 },
  { ...plain, name: "hosts differ by 0.6, 1 %", hostSigma: 0.6 },
  { ...plain, name: "hosts differ by 0.6, no history", hostSigma: 0.6, hasHistory: false },
];

export const regressions: readonly World[] = [
  { ...plain, name: "0.1 % x2", rate: 0.001, ratio: 2 },
  { ...plain, name: "0.1 % x5", rate: 0.001, ratio: 5 },
  { ...plain, name: "0.1 % x10", rate: 0.001, ratio: 10 },
  { ...plain, name: "0.1 % to 100 %", rate: 0.001, ratio: 1_000 },
  { ...plain, name: "1 % x2", ratio: 2 },
  { ...plain, name: "1 % x5", ratio: 5 },
  { ...plain, name: "1 % x10", ratio: 10 },
  { ...plain, name: "1 % x2 from half-way", ratio: 2, from: secondsPerRollout * 0.5 },
  { ...plain, name: "1 % x2 from 80 %", ratio: 2, from: secondsPerRollout * 0.8 },
];

export const worlds: readonly World[] = [...harmlessWorlds, ...regressions];

/** Failures per request at second `t`, of an average host. */
export function rateAt({ rate, shared, ratio, from }: World, arm: "old" | "new", t: number): number {
  const own = arm === "new" && t >= from ? ratio : 1;
  return Math.min(1, rate * sharedFactor(shared, t) * own);
}

function sharedFactor(shared: World["shared"], t: number): number {
  switch (shared) {
    case "steady":
      return 1;
    case "outage":
      return t >= outage.from && t < outage.until ? outage.factor : 1;
    case "drift":
      return 10 ** (t / secondsPerRollout - 1 / 2);
  }
}

/** Instances on the new release at second `t`, and how long the newest of them has been ready. */
export function batchAt(t: number): { readonly onNew: number; readonly newestForMs: number } {
  return { onNew: Math.min(instances, Math.floor(t / secondsPerBatch) + 1), newestForMs: (t % secondsPerBatch) * 1_000 };
}
