import { invariant } from "../invariant.ts";

/**
 * E-values for "the new release fails more often than allowed", and their mixture over time. Valid at every look: under the
 * null hypothesis P(E ever reaches 1/alpha) <= alpha (Ville's inequality). Sources: Lindon & Malek, "Anytime-Valid Inference
 * for Multinomial Count Data" (NeurIPS 2022, arXiv 2011.03567) for the split form; Turner, Ly, Grünwald, "Generic E-Variables
 * for Exact Sequential k-Sample Tests" (JSPI 2024, arXiv 2106.02693) for the projection form. Formulas: docs/evidence.
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

/** ln S of the split form against one alternative `omega1` > omega0. An interval in which one arm is silent says nothing: 0. */
export function lnSplit(counts: IntervalCounts, { omega0, eps }: Margin, omega1: number): number {
  const { ka, na, kb, nb } = counts;
  assertCounts(counts);
  if (na === 0 || nb === 0) return 0;
  const spread = na + nb * omega1;
  const cbLess1 = (na * (omega1 - omega0)) / (omega0 * spread);
  const caLess1 = (-nb * (omega1 - omega0)) / spread;
  const events = (kb > 0 ? kb * Math.log1p(cbLess1) : 0) + (ka > 0 ? ka * Math.log1p(caLess1) : 0);
  return events - eps * nb * cbLess1;
}

/** ln S of the absolute ceiling "rate of b <= rateMax" against `ratio` times that. Best where rateMax is small (<= 10 %). */
export function lnCeiling({ kb, nb }: Pick<IntervalCounts, "kb" | "nb">, rateMax: number, ratio: number): number {
  return kb * Math.log(ratio) - nb * rateMax * (ratio - 1);
}

/** A point alternative, fixed before the interval was seen. */
export interface Alternative {
  readonly ta: number;
  readonly tb: number;
}

/** ln S of the projection form, for rates above 10 %: the alternative against the point of the null nearest to it. */
export function lnProjection(counts: IntervalCounts, margin: Margin, alternative: Alternative): number {
  const { ka, na, kb, nb } = counts;
  assertCounts(counts);
  if (na === 0 || nb === 0) return 0;
  const { ta, tb } = alternative;
  const { sa, sb } = projectOntoNull(na, nb, margin, alternative);
  return lnLikelihoodRatio(ka, na, ta, sa) + lnLikelihoodRatio(kb, nb, tb, sb);
}

/** How often a bracket is halved: more often than a number has bits. */
const BISECTIONS = 60;

/** (sa, sb = omega0 sa + eps) that minimises na KL(ta||sa) + nb KL(tb||sb); the alternative itself when the null holds it. */
export function projectOntoNull(na: number, nb: number, { omega0, eps }: Margin, { ta, tb }: Alternative): { sa: number; sb: number } {
  invariant(ta > 0 && ta < 1 && tb > 0 && tb < 1, "an alternative lies strictly between 0 and 1");
  if (tb <= omega0 * ta + eps) return { sa: ta, sb: tb };
  // The sum is convex; its slope is negative where sa = ta and positive where sb = tb. So are the ends of the bracket.
  let low = ta;
  let high = (tb - eps) / omega0;
  for (let round = 0; round < BISECTIONS; round += 1) {
    const sa = (low + high) / 2;
    const sb = omega0 * sa + eps;
    const slope = (na * (sa - ta)) / (sa * (1 - sa)) + (nb * omega0 * (sb - tb)) / (sb * (1 - sb));
    if (slope < 0) low = sa;
    else high = sa;
  }
  const sa = (low + high) / 2;
  return { sa, sb: omega0 * sa + eps };
}

/**
 * A mixture over a grid of alternatives that starts again at every interval with a little of its capital, so that a
 * regression that begins late is found too: M_k <- S_t(k) (M_k + gamma_t), E = mean M_k + capital not yet used.
 */
export interface Mixture {
  /** ln M_k for each alternative; empty before the first interval. */
  readonly lnM: readonly number[];
  /** Intervals so far. */
  readonly t: number;
}

export const newMixture: Mixture = { lnM: [], t: 0 };

/** One more interval. `planned` is the number of intervals the capital is spread over; null puts all of it at the start. */
export function stepMixture(mixture: Mixture, lnS: readonly number[], planned: number | null): Mixture {
  invariant(mixture.t === 0 || mixture.lnM.length === lnS.length, "a mixture keeps its grid");
  const t = mixture.t + 1;
  const lnGamma = Math.log(capitalAt(t, planned));
  return { t, lnM: lnS.map((step, k) => step + logAddExp(mixture.lnM[k] ?? Number.NEGATIVE_INFINITY, lnGamma)) };
}

/** ln E: 0 before the first interval. */
export function lnEOf(mixture: Mixture, planned: number | null): number {
  if (mixture.t === 0) return 0;
  const lnMean = logSumExp(mixture.lnM) - Math.log(mixture.lnM.length);
  return logAddExp(lnMean, Math.log(capitalLeft(mixture.t, planned)));
}

const START_CAPITAL = 1 / 2;

/** gamma_t: half of the capital at the first interval, the rest in equal parts over the others that are planned. */
function capitalAt(t: number, planned: number | null): number {
  if (planned === null) return t === 1 ? 1 : 0;
  if (t === 1) return START_CAPITAL;
  return t <= planned ? (1 - START_CAPITAL) / (planned - 1) : 0;
}

function capitalLeft(t: number, planned: number | null): number {
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
  return values.reduce(logAddExp, Number.NEGATIVE_INFINITY);
}

function lnLikelihoodRatio(k: number, n: number, t: number, s: number): number {
  return k * Math.log(t / s) + (n - k) * (Math.log1p(-t) - Math.log1p(-s));
}

function assertCounts({ ka, na, kb, nb }: IntervalCounts): void {
  invariant(ka >= 0 && na >= 0 && kb >= 0 && nb >= 0 && ka + na + kb + nb < Number.POSITIVE_INFINITY, "counts are finite and not negative");
}
