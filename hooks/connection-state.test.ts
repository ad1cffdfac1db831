import { expect, test } from "vitest";
import { connectionOf, createEngineClock, STALE_AFTER_MS } from "./connection-state.ts";

test.each([
  { name: "before the first connection", up: false, lastMessageAt: null, expectsMessages: true, now: 5, state: "reconnecting" },
  { name: "up and just heard", up: true, lastMessageAt: 1_000, expectsMessages: true, now: 1_500, state: "live" },
  { name: "up and silent for long", up: true, lastMessageAt: 0, expectsMessages: true, now: STALE_AFTER_MS + 1, state: "stale" },
  { name: "up, silent, nothing watched", up: true, lastMessageAt: 0, expectsMessages: false, now: STALE_AFTER_MS + 1, state: "live" },
  { name: "down after having been up", up: false, lastMessageAt: 1_000, expectsMessages: true, now: 1_100, state: "reconnecting" },
])("$name is $state", ({ now, state, name: _name, ...input }) => {
  expect(connectionOf(input, now)).toEqual({ state, lastMessageAt: input.lastMessageAt });
});

test("the engine's clock follows the fastest message", () => {
  const clock = createEngineClock();
  expect(clock.offsetMs()).toBe(0);
  clock.note(10_000, 4_400);
  clock.note(11_000, 5_020);
  clock.note(12_000, 6_900);
  expect(clock.offsetMs()).toBe(5_980);
});
