import { expect, test } from "vitest";
import { type RolloutEvent, type RolloutFact, toEvent } from "#domain/event.ts";
import { eventsOfInstance, pathOf } from "./instance-path.ts";

type Told = readonly [at: number, fact: RolloutFact];
const eventsOf = (facts: readonly Told[]): RolloutEvent[] =>
  facts.map(([at, fact], index) => toEvent(fact, { rolloutId: "r", seq: index + 1, at, actor: { type: "engine" } }));
const path = (...facts: Told[]) =>
  pathOf(eventsOfInstance(eventsOf(facts), "i0")).map(({ name, at, until, tone }) => `${name} ${at}-${until ?? ""} ${tone}`);
const about = { instanceId: "i0", attempt: 1 };
const started = { type: "update.started", ...about, batch: 1, direction: "forward", releaseId: "v2", startFirst: false } as const;

test("an update in place, each state with its time", () => {
  expect(
    path(
      [10, started],
      [20, { type: "instance.drained", ...about, cut: 0, tookMs: 10 }],
      [25, { ...started, instanceId: "i1" }],
      [30, { type: "instance.replaced", ...about, tookMs: 10 }],
      [40, { type: "instance.healthy", ...about, tookMs: 10 }],
      [50, { type: "update.completed", ...about, direction: "forward" }],
    ),
  ).toEqual(["draining 10-20 plain", "replacing 20-30 plain", "checking 30-40 plain", "entering rotation 40-50 plain", "on the new release 50- ok"]);
});

test("start-first: the new unit comes before the old one leaves", () => {
  expect(
    path(
      [1, { ...started, startFirst: true }],
      [2, { type: "instance.started", ...about, tookMs: 1 }],
      [3, { type: "instance.healthy", ...about, tookMs: 1 }],
      [4, { type: "instance.restored", ...about }],
      [5, { type: "instance.drained", ...about, cut: 2, tookMs: 1 }],
    ),
  ).toEqual([
    "second unit starting 1-2 plain",
    "checking 2-3 plain",
    "entering rotation 3-4 plain",
    "old unit draining 4-5 plain",
    "old unit leaving 5- warn",
  ]);
});

test("a failure says nothing twice: the port's no, and the attempt that fails with it", () => {
  expect(
    path(
      [1, started],
      [2, { type: "effect.failed", ...about, effect: "instance.replace", message: "no" }],
      [3, { type: "attempt.failed", ...about, cause: "driver", message: "no", retryAt: null }],
    ),
  ).toEqual(["draining 1-3 plain", "failed 3- bad"]);
});
