import { describe, expect, test } from "vitest";
import { type Actor, engineActor } from "./actor.ts";
import { evolve } from "./engine/evolve.ts";
import { startedWith } from "./engine/rollout-testing.ts";
import { type RolloutFact, toEvent } from "./event.ts";
import { createInstances, type FleetFact } from "./fleet.ts";
import { fleetNoticeOf } from "./fleet-notice.ts";
import { noticeOf } from "./notice.ts";
import { Plan } from "./plan.ts";
import type { Rollout, StopCause, TerminalStatus } from "./rollout.ts";
import { createExampleFleet } from "./simulation/example-fleet.ts";

const ada: Actor = { type: "person", userId: "ada", name: "Ada" };
const subject = {
  kind: "rollout",
  fleetId: "f1",
  fleetName: "shop-production",
  service: "shop",
  environment: "production",
  releaseId: "v2",
  releaseNames: { v1: "1.0", v2: "1.1" },
  planName: "careful",
  plan: Plan.parse({ batches: [{ size: 1, approval: true }, 1] }),
} as const;
const started = startedWith(subject);
const begun: RolloutFact[] = [started, { type: "rollout.prepared" }, { type: "batch.opened", batch: 1, instanceIds: ["i0"] }];
const pausedFor = (cause: StopCause, message: string): RolloutFact => ({ type: "rollout.paused", cause, message });
const waitingFor = (...waiting: (RolloutFact & { type: "waiting.changed" })["waiting"]): RolloutFact => ({ type: "waiting.changed", waiting });
const endedAs = (status: TerminalStatus, message: string, failed: string[] = []): RolloutFact => ({ type: "rollout.ended", status, message, failed });

function fold(before: Rollout | null, facts: readonly RolloutFact[]): Rollout {
  let state = before;
  for (const fact of facts) state = evolve(state, toEvent(fact, { rolloutId: "r1", seq: (state?.seq ?? 0) + 1, at: 1_000, actor: engineActor }));
  if (!state) throw new Error("A rollout begins with a fact.");
  return state;
}

/** What is told of the last facts, after the first ones. */
function told(before: readonly RolloutFact[], facts: readonly RolloutFact[]) {
  const known = before.length > 0 ? fold(null, before) : null;
  return noticeOf(known, fold(known, facts), facts, 2_000);
}

describe("what needs a person", () => {
  test("is told with what happened, why, and what comes next", () => {
    expect(told(begun, [pausedFor("failures", "1 instance failed, none is tolerated. i0 was not ready in time")])).toEqual({
      about: ["attention"],
      rolloutId: "r1",
      seq: 4,
      at: 2_000,
      fleetId: "f1",
      fleet: "shop-production",
      service: "shop",
      environment: "production",
      release: "1.1",
      status: "paused",
      happened: "Paused: a decision is needed",
      why: "1 instance failed, none is tolerated. i0 was not ready in time.",
      next: "Resume, roll back or cancel.",
    });
  });

  test.each<[string, RolloutFact[], RolloutFact[], RegExp, RegExp]>([
    [
      "evidence that is bad",
      begun,
      [pausedFor("evidence", "The new release fails 9 of 100.")],
      /fails 9 of 100/,
      /Resume with a reason, roll back or cancel/,
    ],
    ["a gate that waits for an approval", begun, [waitingFor({ reason: "approval", batch: 1 })], /Batch 1 needs a person's approval/, /Approve it/],
    [
      "a start that waits for a second person",
      [],
      [
        { ...subject, type: "rollout.queued", behind: null, approval: { until: 3_602_000, reason: "A fix" } },
        waitingFor({ reason: "approval", until: 3_602_000 }),
      ],
      /asked for it: A fix\. Nothing is touched before somebody else approves; without that it is cancelled in 1 h/,
      /Somebody else/,
    ],
    [
      "a start behind one that did not succeed",
      [{ ...subject, type: "rollout.queued", behind: "r0" }],
      [waitingFor({ reason: "other-rollout", detail: "The rollout to 1.0 was cancelled." })],
      /The rollout to 1\.0 was cancelled/,
      /Start it all the same, or cancel it/,
    ],
  ])("%s", (_, before, facts, why, next) => {
    expect(told(before, facts)).toMatchObject({ about: ["attention"], why: expect.stringMatching(why), next: expect.stringMatching(next) });
  });

  test("is told once, however much else happens meanwhile", () => {
    const waiting = waitingFor({ reason: "approval", batch: 1 });
    expect(told([...begun, waiting], [waitingFor({ reason: "soaking", batch: 1 }, { reason: "approval", batch: 1 })])).toBeNull();
    const paused = pausedFor("evidence", "Bad.");
    expect(told([...begun, paused], [{ type: "rollout.taken", downMs: 5, soakRestarts: false }])).toBeNull();
    expect(told([...begun, paused, { type: "rollout.resumed", reason: "I know." }], [paused])).not.toBeNull();
  });

  test("is nothing that a person did", () => {
    const known = fold(null, begun);
    const byAda = evolve(known, toEvent(pausedFor("person", "Lunch."), { rolloutId: "r1", seq: 4, at: 1_000, actor: ada }));
    expect(noticeOf(known, byAda, [pausedFor("person", "Lunch.")], 2_000)).toBeNull();
    expect(told([], begun)).toBeNull();
  });
});

const turned = (cause: StopCause, message: string): RolloutFact => ({ type: "rollback.started", cause, message });

describe("a rollback", () => {
  test("that begins by itself is told at once, and its end to the same people", () => {
    const facts = [turned("evidence", "The new release fails 9 of 100")];
    expect(told(begun, facts)).toMatchObject({
      about: ["attention"],
      status: "rolling-back",
      happened: "Rolling back",
      why: "The new release fails 9 of 100.",
      next: "It goes on by itself, and its end is told.",
    });
    expect(told([...begun, ...facts], [waitingFor({ reason: "draining", instanceIds: ["i0"] })])).toBeNull();
    expect(told([...begun, ...facts], [endedAs("rolled-back", "Back.")])?.about).toEqual(["ends", "attention"]);
    expect(told(begun, [...facts, endedAs("rolled-back", "Nothing was touched.")])).toMatchObject({ status: "rolled-back" });
  });

  test("that a person began is told by its end alone", () => {
    const facts = [turned("person", "Ada rolled back")];
    expect(told(begun, facts)).toBeNull();
    expect(told([...begun, ...facts], [endedAs("rolled-back", "Back.")])?.about).toEqual(["ends"]);
  });

  test("that asks a person in the same moment asks", () => {
    expect(told(begun, [turned("failures", "1 failed"), pausedFor("progress-deadline", "Nothing moves.")])).toMatchObject({
      happened: "Paused: a decision is needed",
    });
  });
});

describe("ends", () => {
  test.each<[TerminalStatus, string[], readonly string[], RegExp]>([
    ["succeeded", [], ["ends"], /Nothing is left/],
    ["succeeded", ["i1"], ["ends"], /Look at i1/],
    ["rolled-back", [], ["ends"], /1\.1 is held for shop-production/],
    ["rollback-failed", ["i0"], ["ends", "attention"], /Look at i0/],
    ["cancelled", [], ["ends"], /mixed releases/],
    ["failed", [], ["ends", "attention"], /mixed releases/],
    ["superseded", [], ["ends"], /took its place/],
  ])("%s with %j failed", (status, failed, about, next) => {
    expect(told(begun, [endedAs(status, "So it went", failed)])).toMatchObject({
      status,
      about,
      why: "So it went.",
      next: expect.stringMatching(next),
    });
  });

  test("of one that never began: nothing was touched", () => {
    const queued: RolloutFact = { ...subject, type: "rollout.queued", behind: "r0" };
    expect(told([queued], [endedAs("cancelled", "Ada cancelled it before it started.")])).toMatchObject({ next: "Nothing was touched." });
  });

  test("with a cause of any length", () => {
    expect(told(begun, [endedAs("failed", "x".repeat(100_000))])?.why).toHaveLength(1_000);
  });
});

describe("a fleet without a rollout", () => {
  const { fleet } = createExampleFleet(createInstances(3, ["a"]), "1.0", "shop-production");
  const raised: FleetFact = { type: "alert.raised", alert: { kind: "unreachable", text: "The Docker engine does not answer", since: 1_000 } };

  test("that needs a person is told with since when", () => {
    expect(fleetNoticeOf(fleet, raised, 5, 61_000)).toEqual({
      about: ["attention"],
      rolloutId: null,
      seq: 5,
      at: 61_000,
      fleetId: fleet.fleetId,
      fleet: "shop-production",
      service: "web",
      environment: "production",
      happened: "Cannot be reached",
      why: "The Docker engine does not answer. It has been so for 1 min.",
      next: expect.stringContaining("Look at what runs the fleet"),
      alert: { kind: "unreachable", status: "raised", since: 1_000 },
    });
  });

  test.each([
    ["unreachable", "Answers again", "It could not be reached for 12 min."],
    ["not-ready", "All instances are ready again", "Some or all were not ready for 12 min."],
    ["errors", "Requests succeed again", "They failed for 12 min."],
    ["broken", "The engine goes on", "It was held for 12 min."],
  ] as const)("of which %s is over is told to the same people", (kind, happened, why) => {
    expect(fleetNoticeOf(fleet, { type: "alert.ended", kind, since: 1_000, until: 721_000 }, 6, 766_000)).toMatchObject({
      about: ["attention"],
      happened,
      why,
      next: "Nothing is left to do.",
      alert: { kind, status: "ended", since: 1_000 },
    });
  });

  test("is told with words of any length, and not of what a person did", () => {
    const long: FleetFact = { type: "alert.raised", alert: { kind: "unreachable", text: "x".repeat(100_000), since: 0 } };
    expect(fleetNoticeOf(fleet, long, 1, 60_000)?.why).toHaveLength(1_000);
    expect(fleetNoticeOf(fleet, { type: "fleet.thawed", reason: "Done." }, 1, 60_000)).toBeNull();
  });
});
