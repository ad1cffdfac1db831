/** A clock that can be stopped: soak, watch and progress stand still while a rollout is paused. */
export interface StopClock {
  readonly elapsedMs: number;
  /** Engine time at which it was last set going; null while it stands still. */
  readonly runningSince: number | null;
}

export const stoppedClock: StopClock = { elapsedMs: 0, runningSince: null };

export function elapsedMsOf(clock: StopClock, now: number): number {
  return clock.elapsedMs + (clock.runningSince === null ? 0 : Math.max(0, now - clock.runningSince));
}

export function startClock(clock: StopClock, now: number): StopClock {
  return clock.runningSince === null ? { ...clock, runningSince: now } : clock;
}

export function stopClock(clock: StopClock, now: number): StopClock {
  return clock.runningSince === null ? clock : { elapsedMs: elapsedMsOf(clock, now), runningSince: null };
}

/** Moves a running clock's start: time in which no engine was there does not count. */
export function shiftClock(clock: StopClock, byMs: number): StopClock {
  return clock.runningSince === null ? clock : { ...clock, runningSince: clock.runningSince + byMs };
}

/** Back to nothing, running on if it ran. */
export function resetClock(clock: StopClock, now: number): StopClock {
  return { elapsedMs: 0, runningSince: clock.runningSince === null ? null : now };
}
