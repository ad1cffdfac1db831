import { expect, test } from "vitest";
import { engineActor } from "../actor.ts";
import { type RolloutFact, toEvent } from "../event.ts";
import type { Rollout } from "../rollout.ts";
import { Table } from "../table.ts";
import { moveAttempts } from "./attempts.ts";
import { describeEvent } from "./event-sentence.ts";
import type { InstanceObservation, UnitView } from "./observation.ts";
import { foldEvents, startedWith, toEvents } from "./rollout-testing.ts";
import type { Turn } from "./turn.ts";

const now = 60_000;

/** i0 of two drains for its update. */
function draining(): Rollout {
  const facts: RolloutFact[] = [
    startedWith({ plan: { metrics: false } }),
    { type: "rollout.prepared" },
    { type: "batch.opened", batch: 1, instanceIds: ["i0"] },
    { type: "update.started", instanceId: "i0", batch: 1, attempt: 1, direction: "forward", releaseId: "v2", startFirst: false },
  ];
  return foldEvents(toEvents(facts, () => 0));
}

/** What is told of i0 when its balancer says this of it. */
function told(rotation: Pick<UnitView, "rotation" | "inFlight" | "cut" | "unverified">): string[] {
  const unit = { key: "old", releaseId: "v1", state: "running", startedAt: 0, restarts: 0, address: null, message: null } as const;
  const seen: InstanceObservation = {
    instanceId: "i0",
    unit,
    ready: true,
    readySince: 0,
    probe: null,
    ...rotation,
    next: null,
    passiveFailed: false,
  };
  const observation = { driver: null, balancer: null, evidence: {}, resources: [], freeze: null, hooks: {} };
  const turn: Turn = { now, seen: { ...observation, instances: Table.from([["i0", seen]]) }, state: draining(), facts: [] };
  moveAttempts(turn);
  return turn.facts.map((fact) => describeEvent(toEvent(fact, { rolloutId: "r", seq: 9, at: now, actor: engineActor }), turn.state));
}

test.each<[string, Parameters<typeof told>[0], string[]]>([
  ["is done when the balancer says so", { rotation: "out", inFlight: 0, cut: 0 }, ["i0 drained in 1 min"]],
  ["tells what it cut", { rotation: "out", inFlight: 0, cut: 3 }, ["i0 drained in 1 min, 3 requests cut"]],
  [
    "says that nobody could see what was in flight",
    { rotation: "out", inFlight: 0, cut: 0, unverified: true },
    ["i0 drained in 1 min, unverified: the load balancer cannot see requests in flight"],
  ],
])("a drain %s", (_, rotation, sentences) => expect(told(rotation)).toEqual(sentences));
