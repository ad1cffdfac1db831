/**
 * Kayenta's classifier of one metric: "High" when the lower confidence limit of the shift between experiment and control lies
 * above `tolerance` times the estimated shift. Limit and estimate are those of the Mann-Whitney test by its normal
 * approximation with continuity correction, as R's wilcox.test states them, on which Kayenta's is modelled.
 */
export interface Judgement {
  readonly tolerance: number;
  /** Two-sided: 0.98 leaves 1 % on each side. */
  readonly confidence: number;
}

/** z of 0.975 and 0.99. */
const zByConfidence: Readonly<Record<number, number>> = { 0.95: 1.959963984540054, 0.98: 2.3263478740408408 };

export function isHigh(experiment: readonly number[], control: readonly number[], { tolerance, confidence }: Judgement): boolean {
  const z = zByConfidence[confidence];
  if (z === undefined) throw new Error(`No quantile is known for a confidence of ${confidence}.`);
  const { lower, estimate } = shiftOf(experiment, control, z);
  return lower > tolerance * Math.abs(estimate);
}

/** The shift by which `experiment` lies above `control`: its estimate and the lower limit at `z`. Both have values. */
export function shiftOf(experiment: readonly number[], control: readonly number[], z: number): { readonly lower: number; readonly estimate: number } {
  const shifts = experiment.flatMap((x) => control.map((y) => x - y)).sort((a, b) => a - b);
  const pairs = shifts.length;
  const middle = (shifts[Math.floor((pairs - 1) / 2)] ?? 0) + (shifts[Math.ceil((pairs - 1) / 2)] ?? 0);
  const deviation = deviationOf(experiment, control);
  // Moved down by a shift, so many pairs still have the experiment above: the limit is the first shift at which too few do.
  const isFarAbove = (pairsAbove: number) => {
    const distance = pairsAbove - pairs / 2;
    return distance - Math.sign(distance) / 2 > z * deviation;
  };
  let index = 0;
  while (index < pairs - 1 && isFarAbove(pairs - index - 1)) index += 1;
  return { lower: shifts[index] ?? 0, estimate: middle / 2 };
}

/** Of the number of pairs in which one is above the other; values that occur more than once make it smaller. */
function deviationOf(experiment: readonly number[], control: readonly number[]): number {
  const all = experiment.length + control.length;
  const ties = tiesIn(experiment) + tiesIn(control);
  return Math.sqrt(((experiment.length * control.length) / 12) * (all + 1 - ties / (all * (all - 1))));
}

function tiesIn(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum + count ** 3 - count, 0);
}
