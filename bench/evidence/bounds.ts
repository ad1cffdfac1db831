/** Clopper and Pearson's one-sided limits of a rate: the rates at which what was seen would be a chance of 1 − confidence. */
export function upperLimit(events: number, trials: number, confidence: number): number {
  if (events >= trials) return 1;
  return bisect((rate) => atMost(events, trials, rate) > 1 - confidence);
}

export function lowerLimit(events: number, trials: number, confidence: number): number {
  if (events === 0) return 0;
  return bisect((rate) => 1 - atMost(events - 1, trials, rate) < 1 - confidence);
}

const halvings = 60;

/** The largest rate for which `isBelow` holds, which it does up to some rate. */
function bisect(isBelow: (rate: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let round = 0; round < halvings; round += 1) {
    const middle = (low + high) / 2;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The chance of at most so many events. */
function atMost(events: number, trials: number, rate: number): number {
  if (rate <= 0) return 1;
  if (rate >= 1) return events >= trials ? 1 : 0;
  const [lnRate, lnRest] = [Math.log(rate), Math.log1p(-rate)];
  let lnWays = 0;
  let sum = 0;
  for (let count = 0; count <= events; count += 1) {
    sum += Math.exp(lnWays + count * lnRate + (trials - count) * lnRest);
    lnWays += Math.log((trials - count) / (count + 1));
  }
  return Math.min(1, sum);
}
