import type { MetricEvidence } from "../metric.ts";
import { type Effect, EffectSequence } from "./effect.ts";
import { countsOf, type TestName } from "./evaluate.ts";
import type { EvidenceInterval } from "./interval.ts";
import {
  addInterval,
  createAccumulator,
  type EvidenceAccumulator,
  type EvidenceSettings,
  lnWeightedSum,
  testsOf,
  toEvidence,
  weightOf,
} from "./verdict.ts";

/** The evidence after one interval. */
export interface CoursePoint {
  readonly at: number;
  /** ln of the weighted sum: it decides at ln(1/alpha). */
  readonly lnSum: number;
}

/** How the evidence on a rollout came about, for whoever wants to see it. */
export interface EvidenceCourse {
  readonly alpha: number;
  /** Oldest first, thinned to what a chart can show; the newest is always there. */
  readonly points: readonly CoursePoint[];
  readonly metrics: readonly MetricCourse[];
  /** At the pace of the last half minute the sum reaches the threshold in so many milliseconds; null while it does not rise. */
  readonly decidesInMs: number | null;
}

export interface MetricCourse {
  /** As the last interval left it. */
  readonly evidence: MetricEvidence;
  /** Null where the metric is not a rate of two arms. */
  readonly effect: Effect | null;
  /** Part of alpha. */
  readonly weight: number;
}

const pointsMax = 240;
const paceOverMs = 30_000;

/** Folds intervals as they come; read as often as anyone looks. */
export class CourseKeeper {
  #accumulator: EvidenceAccumulator;
  readonly #effects = new Map<TestName, EffectSequence>();
  #points: CoursePoint[] = [];
  /** Every so many intervals are kept as a point. */
  #stride = 1;
  #count = 0;

  constructor(settings: EvidenceSettings) {
    this.#accumulator = createAccumulator(settings);
    for (const test of testsOf(settings)) if (test !== "ceiling" && test !== "traffic") this.#effects.set(test, new EffectSequence());
  }

  get lastNumber(): number | null {
    return this.#accumulator.lastNumber;
  }

  /** Engine time of the last interval; null before the first. */
  get lastAt(): number | null {
    return this.#points.at(-1)?.at ?? null;
  }

  add(interval: EvidenceInterval): void {
    const { settings, seen } = this.#accumulator;
    for (const [test, effect] of this.#effects) for (const { counts } of countsOf(test, settings, seen, interval)) effect.add(counts);
    const before = this.#accumulator;
    this.#accumulator = addInterval(before, interval);
    const point = { at: interval.at, lnSum: lnSumDecidedOn(before, this.#accumulator) };
    if (this.#count % this.#stride === 0) this.#points.push(point);
    else this.#points[this.#points.length - 1] = point;
    this.#count += 1;
    if (this.#points.length < 2 * pointsMax) return;
    this.#points = this.#points.filter((_, index) => index % 2 === 1);
    this.#stride *= 2;
  }

  read(): EvidenceCourse {
    const { settings } = this.#accumulator;
    const at = this.#points.at(-1)?.at ?? 0;
    const evidence = toEvidence(this.#accumulator, { at, lastIntervalExpected: null });
    return {
      alpha: settings.alpha,
      points: [...this.#points],
      metrics: Object.values(evidence).map((metric) => ({
        evidence: metric,
        effect: this.#effects.get(metric.metric)?.read(settings.alpha) ?? null,
        weight: weightOf(settings, metric.metric),
      })),
      decidesInMs: this.#decidesInMs(),
    };
  }

  #decidesInMs(): number | null {
    const last = this.#points.at(-1);
    const before = this.#points.findLast(({ at }) => at <= (last?.at ?? 0) - paceOverMs);
    if (!last || !before) return null;
    const left = Math.log(1 / this.#accumulator.settings.alpha) - last.lnSum;
    const pace = (last.lnSum - before.lnSum) / (last.at - before.at);
    return left > 0 && last.lnSum > 0 && pace > 0 ? left / pace : null;
  }
}

/** Where nothing is judged any more the sum is 0, whose logarithm is no number for JSON. */
const LN_NOTHING = Math.log(Number.MIN_VALUE);

/** What the interval was judged by: a metric that it found worse is part of that sum, and of none after it. */
function lnSumDecidedOn(before: EvidenceAccumulator, after: EvidenceAccumulator): number {
  return Math.max(LN_NOTHING, lnWeightedSum({ ...after, decisions: before.decisions }));
}
