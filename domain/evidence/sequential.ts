import { invariant } from "../invariant.ts";

/**
 * E-values for "the new release fails more often than allowed", and their mixture over time. Valid at every look: under the
 * null hypothesis P(E ever reaches 1/alpha) <= alpha (Ville's inequality). Sources: Lindon & Malek, "Anytime-Valid Inference
 * for Multinomial Count Data" (NeurIPS 2022, arXiv 2011.03567) for the split form; Turner, Ly, Grünwald, "Generic E-Variables
 * for Exact Sequential k-Sample Tests" (JSPI 2024, arXiv 2106.02693) for the projection form. In words: docs/evidence.md.
 */

/** One interval: `a` is the old release, `b` the new one; `k` events among `n` trials. Trials may be fractional. */
export interface IntervalCounts {
  readonly ka: number;
  readonly na: number;
  readonly kb: number;
  readonly nb: number;
}

/** The null hypothesis: rate of b <= omega0 * rate of a + eps. */
export interface Margin {
  readonly omega0: number;
  readonly eps: number;
}

/** How many times worse than the margin the alternatives are; each has the same prior weight. */
export const regressionGrid: readonly number[] = [1.5, 2, 3, 5, 10, 30, 100, 1000];
/** The same for frequent events, by the projection form: how many times the old release's rate. */
export const projectionGrid: readonly number[] = [1.5, 3, 10];
/** The same for the absolute ceiling. */
export const ceilingGrid: readonly number[] = [2, 5, 20];

/**
 * A bet on one alternative, placed before the events of an interval are looked at. Every form is linear in them:
 * ln S = ka·perOld + kb·perNew − cost.
 */
export interface Bet {
  /** What each event of the old release, and of the new one, is worth. */
  readonly perOld: number;
  readonly perNew: number;
  /** What the trials cost. */
  readonly cost: number;
}

export function lnBet({ perOld, perNew, cost }: Bet, { ka, kb }: Pick<IntervalCounts, "ka" | "kb">): number {
  return (ka > 0 ? ka * perOld : 0) + (kb > 0 ? kb * perNew : 0) - cost;
}

type Trials = Pick<IntervalCounts, "na" | "nb">;

/** The split form against one alternative `omega1` > omega0. Both arms have trials. */
export function betSplit({ na, nb }: Trials, { omega0, eps }: Margin, omega1: number): Bet {
  const more = omega1 - omega0;
  const perOld = -Math.log1p((nb * more) / (na + nb * omega0));
  return { perOld, perNew: perOld + Math.log(omega1 / omega0), cost: (eps * nb * na * more) / (omega0 * (na + nb * omega1)) };
}

/** ln S of the split form against one alternative `omega1` > omega0. An interval in which one arm is silent says nothing: 0. */
export function lnSplit(counts: IntervalCounts, margin: Margin, omega1: number): number {
  assertCounts(counts);
  return counts.na === 0 || counts.nb === 0 ? 0 : lnBet(betSplit(counts, margin, omega1), counts);
}

/** The absolute ceiling "rate of b <= rateMax" against `ratio` times that. Best where rateMax is small (<= 10 %). */
export function betCeiling({ nb }: Pick<Trials, "nb">, rateMax: number, ratio: number): Bet {
  return { perOld: 0, perNew: Math.log(ratio), cost: nb * rateMax * (ratio - 1) };
}

/** A point alternative, fixed before the interval was seen. */
export interface Alternative {
  readonly ta: number;
  readonly tb: number;
}

/** The projection form, for rates above 10 %: the alternative against the point of the null nearest to it. Both arms have trials. */
export function betProjection(trials: Trials, margin: Margin, alternative: Alternative): Bet {
  const { ta, tb } = alternative;
  const { sa, sb } = projectOntoNull(trials.na, trials.nb, margin, alternative);
  const [wellOld, wellNew] = [Math.log1p(-ta) - Math.log1p(-sa), Math.log1p(-tb) - Math.log1p(-sb)];
  return {
    perOld: Math.log(ta / sa) - wellOld,
    perNew: Math.log(tb / sb) - wellNew,
    cost: -(trials.na * wellOld + trials.nb * wellNew),
  };
}

/** ln S of the projection form. An interval in which one arm is silent says nothing: 0. */
export function lnProjection(counts: IntervalCounts, margin: Margin, alternative: Alternative): number {
  assertCounts(counts);
  return counts.na === 0 || counts.nb === 0 ? 0 : lnBet(betProjection(counts, margin, alternative), counts);
}

/** Steps at most; about five are needed. Halving a bracket alone would take as many as a number has bits. */
const PROJECTION_STEPS = 60;
/** Newton's step after one so small, against sa, is below what a number can hold. */
const LAST_STEP = 1e-8;

/** (sa, sb = omega0 sa + eps) that minimises na KL(ta||sa) + nb KL(tb||sb); the alternative itself when the null holds it. */
export function projectOntoNull(na: number, nb: number, { omega0, eps }: Margin, { ta, tb }: Alternative): { sa: number; sb: number } {
  invariant(ta > 0 && ta < 1 && tb > 0 && tb < 1, "an alternative lies strictly between 0 and 1");
  if (tb <= omega0 * ta + eps) return { sa: ta, sb: tb };
  // The sum is convex; its slope is negative where sa = ta and positive where sb = tb. So are the ends of the bracket.
  let low = ta;
  let high = (tb - eps) / omega0;
  let sa = (na * low + nb * high) / (na + nb);
  for (let round = 0; round < PROJECTION_STEPS; round += 1) {
    const sb = omega0 * sa + eps;
    const [wellA, wellB] = [sa * (1 - sa), sb * (1 - sb)];
    // The slope times both variances, and its own slope: Newton's step, or the middle of the bracket where that leaves it.
    const slope = na * (sa - ta) * wellB + nb * omega0 * (sb - tb) * wellA;
    if (slope < 0) low = sa;
    else high = sa;
    const bend = na * (wellB + (sa - ta) * omega0 * (1 - 2 * sb)) + nb * omega0 * (omega0 * wellA + (sb - tb) * (1 - 2 * sa));
    const next = sa - slope / bend;
    const reach = LAST_STEP * sa;
    // Beside the point itself rounding may put it a hair outside; halving from there would end as far off as it began.
    const isInside = next > low - reach && next < high + reach;
    const isLast = isInside && Math.abs(next - sa) <= reach;
    sa = isInside ? next : (low + high) / 2;
    if (isLast) break;
  }
  return { sa, sb: omega0 * sa + eps };
}

/**
 * A mixture over a grid of alternatives that starts again at every interval with a little of its capital, so that a
 * regression that begins late is found too: M_k <- S_t(k) (M_k + gamma_t), E = mean M_k + capital not yet used.
 */
export interface Mixture {
  /** M_k for each alternative, in units of e^lnUnit so that none overflows; empty before the first interval. */
  readonly m: readonly number[];
  readonly lnUnit: number;
  /** Intervals so far. */
  readonly t: number;
}

export const newMixture: Mixture = { m: [], lnUnit: 0, t: 0 };

/** One more interval. `planned` is the number of intervals the capital is spread over; null puts all of it at the start. */
export function stepMixture({ m: before, lnUnit, t: intervals }: Mixture, lnS: readonly number[], planned: number | null): Mixture {
  invariant(intervals === 0 || before.length === lnS.length, "a mixture keeps its grid");
  const t = intervals + 1;
  const gamma = capitalAt(t, planned) * Math.exp(-lnUnit);
  let lnMost = 0;
  for (const step of lnS) if (step > lnMost) lnMost = step;
  const m = new Array<number>(lnS.length);
  let most = 0;
  for (let k = 0; k < m.length; k += 1) {
    const value = Math.exp((lnS[k] ?? 0) - lnMost) * ((before[k] ?? 0) + gamma);
    m[k] = value;
    if (value > most) most = value;
  }
  return most < UNITS_MAX ? { m, lnUnit: lnUnit + lnMost, t } : inUnitsOf(most, { m, lnUnit: lnUnit + lnMost, t });
}

/** Far inside what a number can hold. */
const UNITS_MAX = 1e100;

/** What shrinks to nothing is nothing: it is only ever added to. */
function inUnitsOf(most: number, { m, lnUnit, t }: Mixture): Mixture {
  return { m: m.map((value) => value / most), lnUnit: lnUnit + Math.log(most), t };
}

/** ln E: 0 before the first interval. */
export function lnEOf({ m, lnUnit, t }: Mixture, planned: number | null): number {
  if (t === 0) return 0;
  let sum = 0;
  for (const value of m) sum += value;
  return logAddExp(Math.log(Math.max(sum / m.length, Number.MIN_VALUE)) + lnUnit, Math.log(capitalLeft(t, planned)));
}

const START_CAPITAL = 1 / 2;

/** gamma_t: half of the capital at the first interval, the rest in equal parts over the others that are planned. */
export function capitalAt(t: number, planned: number | null): number {
  if (planned === null) return t === 1 ? 1 : 0;
  if (t === 1) return START_CAPITAL;
  return t <= planned ? (1 - START_CAPITAL) / (planned - 1) : 0;
}

/** What has not been bet after interval t. */
export function capitalLeft(t: number, planned: number | null): number {
  if (planned === null) return 0;
  if (planned <= 1) return 1 - START_CAPITAL;
  return ((1 - START_CAPITAL) * Math.max(0, planned - t)) / (planned - 1);
}

/** ln(exp(a) + exp(b)) without overflow; minus infinity stands for 0. */
export function logAddExp(a: number, b: number): number {
  const high = Math.max(a, b);
  if (high === Number.NEGATIVE_INFINITY) return high;
  return high + Math.log1p(Math.exp(Math.min(a, b) - high));
}

export function logSumExp(values: readonly number[]): number {
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > high) high = value;
  if (high === Number.NEGATIVE_INFINITY) return high;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - high);
  return high + Math.log(sum);
}

function assertCounts({ ka, na, kb, nb }: IntervalCounts): void {
  invariant(ka >= 0 && na >= 0 && kb >= 0 && nb >= 0 && ka + na + kb + nb < Number.POSITIVE_INFINITY, "counts are finite and not negative");
}
