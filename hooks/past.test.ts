import { expect, test } from "vitest";
import { evolve } from "#domain/engine/evolve.ts";
import { startedWith, toEvents } from "#domain/engine/rollout-testing.ts";
import type { RolloutEvent, RolloutFact } from "#domain/event.ts";
import type { Rollout } from "#domain/rollout.ts";
import { createPast } from "./past.ts";

/** Two facts at each moment, a second apart: enough of them to keep several states. */
function eventsOf(count: number): RolloutEvent[] {
  const facts: RolloutFact[] = [startedWith({}), { type: "rollout.prepared" }, { type: "batch.opened", batch: 1, instanceIds: ["i0"] }];
  while (facts.length < count) facts.push({ type: "waiting.changed", waiting: [{ reason: "soaking", until: facts.length }] });
  return toEvents(facts, (index) => 1_000 * Math.floor(index / 2));
}

test("at each moment it is what folding the events until then gives, in whatever order one looks", () => {
  const events = eventsOf(801);
  const past = createPast(events);
  for (const moment of [399_999, 0, 125_000, 124_000, 400_000, 62_500]) {
    const until = events.filter(({ at }) => at <= moment);
    const seen = past.at(moment);
    expect(seen.events).toEqual(until);
    expect(seen.rollout).toEqual(until.reduce<Rollout | null>(evolve, null));
  }
});

test("before the first event it is the first, after the last the last", () => {
  const past = createPast(eventsOf(5));
  expect([past.first, past.last]).toEqual([0, 2_000]);
  expect(past.at(-1).rollout.seq).toBe(2);
  expect(past.at(9_000).rollout.seq).toBe(5);
});

test("steps go from one moment to the next: what happened together is one step", () => {
  const past = createPast(eventsOf(5));
  expect([past.next(0), past.next(500), past.next(1_000), past.next(2_000)]).toEqual([1_000, 1_000, 2_000, null]);
  expect([past.previous(2_000), past.previous(1_500), past.previous(1_000), past.previous(0)]).toEqual([1_000, 1_000, 0, null]);
});

test("events that do not begin with the first are refused", () => {
  expect(() => createPast(eventsOf(5).slice(1))).toThrow("The past begins with the first event.");
});
