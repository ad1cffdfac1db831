import { addSeen, nothingSeen } from "./counts.ts";
import { ceilingOf, countsOf, formOf, gridOf, marginOf, type TestName } from "./evaluate.ts";
import type { EvidenceInterval } from "./interval.ts";
import type { IntervalCounts } from "./sequential.ts";
import { addInterval, createAccumulator, type EvidenceSettings, testsOf } from "./verdict.ts";

/** One test as `npm run evidence` reads it: see docs/evidence.md, "Computing it again". */
export interface ReplayTest {
  readonly form: "split" | "projection" | "ceiling";
  readonly omega0: number;
  readonly eps: number;
  readonly pmax?: number;
  readonly planned: number;
  readonly grid: readonly number[];
  readonly weight: number;
  readonly smallestEffect: number;
  /** Old events and trials, new events and trials; a list of these where zones are compared by themselves. */
  readonly intervals: readonly (Counts | readonly Counts[])[];
}

type Counts = readonly [ka: number, na: number, kb: number, nb: number];

export interface ReplayFile {
  readonly alpha: number;
  readonly metrics: Readonly<Record<string, ReplayTest>>;
}

/** Everything that was judged in a rollout, as counts that anyone can compute again. */
export function toReplayFile(settings: EvidenceSettings, intervals: readonly EvidenceInterval[]): ReplayFile {
  const tests = testsOf(settings);
  const rows = new Map<TestName, (Counts | readonly Counts[])[]>(tests.map((test) => [test, []]));
  const pmax = ceilingOf(settings, intervals.reduce(addSeen, nothingSeen));
  let accumulator = createAccumulator(settings);
  for (const interval of intervals) {
    for (const test of tests) {
      // The bound may move while the old release comes and goes; trials are told in units of the last one.
      const scale = test === "ceiling" ? ceilingOf(settings, accumulator.seen) / pmax : 1;
      const parts = countsOf(test, settings, accumulator.seen, interval).map(({ counts }) => toCounts(counts, scale));
      rows.get(test)?.push(parts.length > 1 ? parts : (parts[0] ?? [0, 0, 0, 0]));
    }
    accumulator = addInterval(accumulator, interval);
  }
  return {
    alpha: settings.alpha,
    metrics: Object.fromEntries(tests.map((test) => [test, toReplayTest(test, settings, { intervals: rows.get(test) ?? [], pmax })])),
  };
}

function toReplayTest(
  test: TestName,
  settings: EvidenceSettings,
  { intervals, pmax }: { intervals: ReplayTest["intervals"]; pmax: number },
): ReplayTest {
  const form = formOf(test);
  return {
    form,
    ...marginOf(test, settings),
    ...(form === "ceiling" ? { pmax } : {}),
    planned: settings.planned,
    grid: gridOf(test),
    weight: settings.weights[test] ?? 0,
    smallestEffect: settings.smallestEffect,
    intervals,
  };
}

function toCounts({ ka, na, kb, nb }: IntervalCounts, scale: number): Counts {
  return [ka, na, kb, nb * scale];
}
