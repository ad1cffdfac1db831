import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide } from "../engine/decide.ts";
import { decideStart } from "../engine/start.ts";
import { Failure } from "../failure.ts";
import { createInstances } from "../fleet.ts";
import { Plan, type PlanInput } from "../plan.ts";
import { type CommandType, currentBatch, isInFlight, isTerminal, terminalStatuses } from "../rollout.ts";
import { createExampleFleet, exampleRelease, newReleaseId, oldReleaseId } from "./example-fleet.ts";
import { appendFacts, beginRun, type Run, runUntilRest, settleNow, type Watch } from "./simulate.ts";
import { type Behaviour, createWorld, noFaults, observe, passTime, type World } from "./world.ts";

const person = { type: "person", userId: "u1", name: "Ada" } as const;
const dayMs = 24 * 3_600_000;

interface Disturbance {
  readonly afterMs: number;
  readonly what: "driver" | "balancer" | "dies" | "heals" | CommandType;
  readonly instance: number;
}

const disturbance: fc.Arbitrary<Disturbance> = fc.record({
  afterMs: fc.integer({ min: 0, max: 60_000 }),
  what: fc.constantFrom("driver", "balancer", "dies", "heals", "pause", "resume", "approve", "skipSoak", "rollBack", "cancel"),
  instance: fc.nat(20),
});

const scenario = fc.record({
  instances: fc.integer({ min: 1, max: 12 }),
  zones: fc.integer({ min: 1, max: 3 }),
  batches: fc.array(fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constantFrom("10%", "25%", "60%")), { minLength: 1, maxLength: 3 }),
  maxUnavailable: fc.integer({ min: 1, max: 5 }),
  maxFailures: fc.integer({ min: 0, max: 2 }),
  onFailure: fc.constantFrom("rollback", "pause", "stop"),
  order: fc.constantFrom("spread", "zone-by-zone", "oldest-first"),
  retries: fc.integer({ min: 0, max: 2 }),
  behaviour: fc.constantFrom<Behaviour>({}, {}, { neverReady: true }, { crashAfterMs: 8_000 }),
  drainMs: fc.constantFrom(0, 1_000, 7_000),
  disturbances: fc.array(disturbance, { maxLength: 8 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** Batches 1 … n−1 must all be behind an open gate before anything of batch n is touched. */
function gatesHold(run: Run): boolean {
  const open = currentBatch(run.state)?.number ?? 0;
  const early = run.state.batches.some((batch) => batch.number < open && batch.gateOpenedAt === null);
  const touched = Object.values(run.state.updates).some((update) => update.batch === null && update.direction === "forward" && update.attempt > 0);
  return !early && !touched;
}

function serving(world: World): number {
  return Object.values(observe(world).instances).filter((seen) => seen.ready && seen.rotation === "in").length;
}

function play(input: Scenario): Run {
  const instances = createInstances(input.instances, ["a", "b", "c"].slice(0, input.zones));
  const world = createWorld({
    instances,
    releaseId: oldReleaseId,
    timing: { drainMs: input.drainMs, replaceMs: 1_000, readyMs: 2_000 },
    behaviours: { [newReleaseId]: input.behaviour },
  });
  const plan: PlanInput = {
    batches: input.batches as PlanInput["batches"],
    maxUnavailable: input.maxUnavailable,
    maxFailures: input.maxFailures,
    onFailure: input.onFailure as PlanInput["onFailure"],
    order: input.order as PlanInput["order"],
    retries: input.retries,
    healthyDeadline: "30s",
    drainTimeout: "5s",
    progressDeadline: "3m",
    soak: "20s",
    watch: "20s",
    metrics: false,
  };
  const facts = decideStart({
    fleet: createExampleFleet(instances),
    release: exampleRelease,
    releaseNames: { [oldReleaseId]: "1", [newReleaseId]: "2" },
    plan: Plan.parse(plan),
    planName: "random",
    observation: observe(world),
    acknowledged: true,
    kind: "rollout",
    provenReleaseId: oldReleaseId,
    errorRate: null,
    canSurge: false,
  });
  if (facts instanceof Failure) throw facts;
  const watch: Watch = (run, before) => {
    const floor = run.state.desired - (run.state.rollback ? run.state.limits.rollbackMaxUnavailable : run.state.limits.maxUnavailable);
    expect(serving(run.world)).toBeGreaterThanOrEqual(Math.min(floor, serving(before)));
    expect(gatesHold(run)).toBe(true);
  };
  let run = settleNow(beginRun(world, newReleaseId, facts, person), watch);
  for (const next of input.disturbances) {
    run = runUntilRest(run, run.world.now + next.afterMs, watch);
    if (isTerminal(run.state.status)) break;
    run = disturb({ ...run, world: passTime(run.world, run.world.now) }, next, input.instances);
    run = settleNow(run, watch);
  }
  // With the faults switched off and every question answered, the rollout comes to an end.
  run = { ...run, world: { ...run.world, faults: noFaults } };
  for (let answer = 0; answer < 20 && !isTerminal(run.state.status); answer += 1) {
    run = runUntilRest(settleNow(run, watch), run.world.now + dayMs, watch);
    if (run.state.status === "paused") run = command(run, run.state.pausedFrom === "rolling-back" ? "resume" : "rollBack");
  }
  return run;
}

function disturb(run: Run, { what, instance }: Disturbance, count: number): Run {
  const { faults } = run.world;
  const id = `i${instance % count}`;
  const withFaults = (change: Partial<typeof faults>): Run => ({ ...run, world: { ...run.world, faults: { ...faults, ...change } } });
  if (what === "driver" || what === "balancer") return withFaults({ [what]: faults[what] === null ? "connection refused" : null });
  if (what === "dies") return withFaults({ instances: { ...faults.instances, [id]: { ready: false, readyForMs: null } } });
  if (what === "heals") return withFaults({ instances: {} });
  return command(run, what);
}

function command(run: Run, type: CommandType): Run {
  const facts = decide(run.state, { type, commandId: newReleaseId, rolloutId: newReleaseId, reason: "because" }, person);
  return facts instanceof Failure ? run : appendFacts(run, facts, person);
}

describe("whatever happens", () => {
  test("never below the floor by its own act, never past a closed gate, and in the end every rollout ends", () => {
    fc.assert(
      fc.property(scenario, (input) => {
        const run = play(input);
        expect(terminalStatuses).toContain(run.state.status);
        expect(Object.values(run.state.updates).some(isInFlight)).toBe(false);
        expect(run.events.filter((event) => event.type === "rollout.ended")).toHaveLength(1);
        expect(run.events.map((event) => event.seq)).toEqual(run.events.map((_, index) => index + 1));
        if (run.state.status !== "rolled-back") return;
        for (const seen of Object.values(observe(run.world).instances)) {
          expect(seen.unit?.releaseId).toBe(oldReleaseId);
          expect([seen.ready, seen.rotation]).toEqual([true, "in"]);
        }
      }),
      { numRuns: 200, seed: Number(process.env.SEED ?? 7) },
    );
  }, 120_000);
});
