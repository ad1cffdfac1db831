import { addSeen, nothingSeen } from "./counts.ts";
import { ceilingOf, countsOf, formOf, gridOf, marginOf, quantileOf, type TestName } from "./evaluate.ts";
import type { EvidenceInterval } from "./interval.ts";
import type { Counts, ReplayInterval, ReplayMetricInput } from "./replay-file.ts";
import type { IntervalCounts } from "./sequential.ts";
import { slotsAt } from "./slots.ts";
import { addInterval, createAccumulator, type EvidenceSettings, testsOf } from "./verdict.ts";

/** What must be found in the share of traffic: no answer at all, of whatever the old release leaves out. */
const TOTAL_SILENCE = 1_000;

/** What `npm run evidence` computes again: see docs/evidence.md, "Computing it again". */
export interface ReplayFile {
  readonly alpha: number;
  readonly metrics: Readonly<Record<string, ReplayMetricInput>>;
}

/** Everything that was judged in a rollout, as counts that anyone can compute again. */
export function toReplayFile(settings: EvidenceSettings, intervals: readonly EvidenceInterval[]): ReplayFile {
  const tests = testsOf(settings);
  const rows = new Map<TestName, ReplayInterval[]>(tests.map((test) => [test, []]));
  const pmax = ceilingOf(settings, intervals.reduce(addSeen, nothingSeen));
  let accumulator = createAccumulator(settings);
  for (const interval of intervals) {
    for (const test of tests) {
      // The bound may move while the old release comes and goes; trials are told in units of the last one.
      const scale = test === "ceiling" ? ceilingOf(settings, accumulator.seen) / pmax : 1;
      const compared = countsOf(test, settings, accumulator.seen, interval).map(({ counts }) => toCounts(counts, scale));
      const parts: Counts[] = [...compared, ...notCompared(test, interval, compared)];
      rows.get(test)?.push(parts.length > 1 ? parts : (parts[0] ?? [0, 0, 0, 0]));
    }
    accumulator = addInterval(accumulator, interval);
  }
  return {
    alpha: settings.alpha,
    metrics: Object.fromEntries(tests.map((test) => [test, toReplayMetric(test, settings, { intervals: rows.get(test) ?? [], pmax })])),
  };
}

/** The projection form's alternative follows the old release wherever it serves, also where there is nothing to compare it with. */
function notCompared(test: TestName, interval: EvidenceInterval, compared: readonly Counts[]): Counts[] {
  const quantile = quantileOf(test);
  if (formOf(test) !== "projection" || quantile === null || !interval.strata) return [];
  const [events, trials] = slotsAt(interval.old.latency?.[quantile]?.slots ?? [], 0);
  const ka = events - compared.reduce((sum, row) => sum + row[0], 0);
  const na = trials - compared.reduce((sum, row) => sum + row[1], 0);
  return na > 0 ? [[ka, na, 0, 0]] : [];
}

interface Judged {
  readonly intervals: ReplayInterval[];
  readonly pmax: number;
}

function toReplayMetric(test: TestName, settings: EvidenceSettings, { intervals, pmax }: Judged): ReplayMetricInput {
  const form = formOf(test);
  return {
    form,
    ...marginOf(test, settings),
    ...(form === "ceiling" ? { pmax } : {}),
    planned: settings.planned,
    grid: [...gridOf(test)],
    weight: settings.weights[test] ?? 0,
    smallestEffect: test === "traffic" ? TOTAL_SILENCE : settings.smallestEffect,
    intervals,
  };
}

function toCounts({ ka, na, kb, nb }: IntervalCounts, scale: number): Counts {
  return [ka, na, kb, nb * scale];
}
