import type { Clock } from "#server/engine/clock.ts";

/** Real time plus what a test has let pass: an hour is one call, and nobody waits for it. */
export interface TestClock extends Clock {
  advance(ms: number): void;
}

export function createTestClock(): TestClock {
  let skipped = 0;
  return {
    now: () => Date.now() + skipped,
    sync: async () => {},
    advance: (ms) => {
      skipped += ms;
    },
  };
}

/** Time that passes only when the test says so. */
export function createVirtualClock(startAt = Date.parse("2026-01-01T00:00:00Z")): TestClock {
  let now = startAt;
  return {
    now: () => now,
    sync: async () => {},
    advance: (ms) => {
      now += ms;
    },
  };
}
