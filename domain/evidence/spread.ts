/**
 * How much more the old release's counts vary from interval to interval than independent events would: the Pearson
 * dispersion. Where events cannot be counted in slots, ln S is divided by it (docs/evidence.md, "What is counted").
 */
export interface Spread {
  /** Sum of events²/trials. */
  readonly squares: number;
  readonly events: number;
  readonly trials: number;
  readonly intervals: number;
}

export const noSpread: Spread = { squares: 0, events: 0, trials: 0, intervals: 0 };

/** Before so many intervals nothing is known of it. */
const INTERVALS_MIN = 10;

export function widenSpread(spread: Spread, events: number, trials: number): Spread {
  if (!(trials > 0)) return spread;
  return {
    squares: spread.squares + (events * events) / trials,
    events: spread.events + events,
    trials: spread.trials + trials,
    intervals: spread.intervals + 1,
  };
}

/** At least 1; null before enough intervals were seen. Without an event so far it is 1. */
export function dispersionOf({ squares, events, trials, intervals }: Spread): number | null {
  if (intervals < INTERVALS_MIN) return null;
  if (events === 0) return 1;
  // Σ (k − n·p)²/(n·p) with p = Σk/Σn.
  return Math.max(1, ((squares * trials) / events - events) / (intervals - 1));
}
