import { hookNames } from "../hook-names.ts";
import { invariant } from "../invariant.ts";
import { createRandom, type Random } from "./random.ts";
import { Scenario, type ScenarioInput } from "./scenario-file.ts";

type Entry = ScenarioInput["timeline"][number];
type PlanInput = NonNullable<ScenarioInput["plan"]>;
type Behaviour = NonNullable<ScenarioInput["releases"]>[string];

const instancesMax = 12;
const entriesMax = 9;
/** Disturbances come within this time; most rollouts of a few instances last about as long. */
const disturbedMs = 150_000;
const zones = ["a", "b", "c"] as const;

/** A small scenario with faults and people in it, the same for the same seed. Every fault ends, so that every rollout must come to rest. */
export function randomScenario(seed: number): ScenarioInput {
  const random = createRandom(seed);
  const instances = 1 + random.integer(instancesMax);
  const named = () => `i${random.integer(instances)}`;
  const hasTraffic = random.isLucky(0.04);
  const used = zones.slice(0, 1 + random.integer(3)) as string[];
  return {
    seed,
    fleet: {
      instances,
      zones: used,
      unhealthy: random.isLucky(0.2) ? [...new Set([named(), named()])] : [],
      drainMs: random.pick<number | "hangs">([0, 0, 1_000, 7_000, "hangs"]),
      surge: true,
      ...(hasTraffic ? { traffic: { rps: 20 * instances, errorRate: 0.001 } } : {}),
    },
    releases: { v1: { updateMs: 1_000, readyMs: 500 }, v2: randomRelease(random, named, hasTraffic), v3: randomRelease(random, named, hasTraffic) },
    plan: randomPlan(random, hasTraffic),
    hooks: randomHooks(random),
    timeline: [{ atMs: 0, do: "start", release: "v2" }, ...randomTimeline(random, named, instances, used)],
    untilMs: 24 * 3_600_000,
  };
}

/** With its defaults filled in. */
export function parseRandomScenario(seed: number): Scenario {
  const parsed = Scenario.safeParse(randomScenario(seed));
  invariant(parsed.success, `Seed ${seed} makes a scenario.`);
  return parsed.data;
}

function randomRelease(random: Random, named: () => string, hasTraffic: boolean): Behaviour {
  const timing = { updateMs: random.pick([500, 1_000, 2_500]), readyMs: random.pick([0, 500, 3_000]) };
  const who = random.isLucky(0.5) ? ("all" as const) : [named(), named()];
  switch (random.integer(10)) {
    case 0:
      return { ...timing, neverReady: who };
    case 1:
      return { ...timing, crashAfterMs: random.pick([1_000, 8_000, 30_000]) };
    case 2:
      return { ...timing, flap: { upMs: random.pick([2_000, 9_000]), downMs: 1_000 } };
    case 3:
      return { ...timing, driverErrors: { [named()]: 1 + random.integer(3), [named()]: 1 } };
    case 4:
      return hasTraffic ? { ...timing, errorRate: random.pick([0.05, 0.5, 1]) } : timing;
    case 5:
      return hasTraffic ? { ...timing, hangs: who } : timing;
    default:
      return timing;
  }
}

function randomPlan(random: Random, hasTraffic: boolean): PlanInput {
  const size = () => random.pick<number | string>([1, 1, 2, 3, "10%", "25%", "60%"]);
  const batches = Array.from({ length: 1 + random.integer(3) }, () => (random.isLucky(0.1) ? { size: size(), approval: true } : size()));
  const hooks = Object.fromEntries(hookNames.filter(() => random.isLucky(0.04)).map((name) => [name, { command: ["check"], timeout: "20s" }]));
  return {
    batches,
    maxUnavailable: random.pick([1, 1, 2, 5, "25%", "50%"]),
    maxSurge: random.pick<number | string>([0, 0, 0, 1, 2, "25%"]),
    order: random.pick(["spread", "zone-by-zone", "oldest-first"]),
    minHealthyTime: random.pick(["1s", "2s", "5s"]),
    healthyDeadline: "30s",
    drainTimeout: "5s",
    retries: random.integer(3),
    progressDeadline: "3m",
    maxFailures: random.integer(3),
    onFailure: random.pick(["rollback", "rollback", "pause", "stop"]),
    soak: random.pick(["0s", "5s", "20s"]),
    watch: random.pick(["0s", "20s"]),
    metrics: random.isLucky(hasTraffic ? 0.9 : 0.2) ? { onInsufficient: random.pick(["proceed", "proceed", "hold"]), patience: "1m" } : false,
    supersede: random.pick(["reject", "queue", "replace"]),
    hooks,
    ...(random.isLucky(0.2) ? { rollback: { maxUnavailable: random.pick([1, 2, "50%"]) } } : {}),
  };
}

function randomHooks(random: Random): NonNullable<ScenarioInput["hooks"]> {
  return Object.fromEntries(
    hookNames
      .filter(() => random.isLucky(0.3))
      .map((name) => [name, { ends: random.pick(["succeeded", "failed", "never"] as const), afterMs: 1_000 }]),
  );
}

function randomTimeline(random: Random, named: () => string, instances: number, used: readonly string[]): Entry[] {
  const isDoubling = random.isLucky(0.2);
  const count = random.integer(entriesMax);
  const entries = Array.from({ length: count }, () => randomEntry(random, named, instances, used));
  return isDoubling ? [{ atMs: 0, do: "duplicateEffects" }, ...entries] : entries;
}

function randomEntry(random: Random, named: () => string, instances: number, used: readonly string[]): Entry {
  const time = { atMs: random.integer(disturbedMs) };
  const forMs = random.pick([500, 4_000, 20_000, 90_000]);
  switch (random.integer(28)) {
    case 0:
    case 1:
      return { ...time, do: "pause" };
    case 2:
    case 3:
      return { ...time, do: "resume", reason: "it is fine" };
    case 4:
      return { ...time, do: "approve" };
    case 5:
      return { ...time, do: "skipSoak" };
    case 6:
      return { ...time, do: "rollBack" };
    case 7:
      return { ...time, do: "cancel" };
    case 8:
      return { when: { waiting: "failure-decision" }, do: random.pick(["retryInstance", "skipInstance"]), instance: named() };
    case 9:
    case 10:
      return {
        ...time,
        do: "start",
        release: random.pick(["v2", "v3", "v3", "v1"]),
        reason: "it is mended",
        supersede: random.pick(["queue", "replace"]),
      };
    case 11:
    case 12:
      return { ...time, do: "scale", desired: 1 + random.integer(instances + 4) };
    case 13:
    case 14:
      return { ...time, do: "instanceDies", instance: named() };
    case 15:
      return { ...time, do: "hostLost", zone: used[random.integer(used.length)] ?? "a" };
    case 16:
      return { ...time, do: "metricsDown", forMs };
    case 17:
      return { ...time, do: "balancerFails", forMs };
    case 18:
      return { ...time, do: "driverUnreachable", forMs };
    case 19:
      return { ...time, do: "freeze", forMs };
    case 20:
    case 21:
      return { ...time, do: "engineCrash", downMs: random.pick([0, 3_000, 40_000]) };
    case 22:
    case 23:
      return {
        do: "engineCrash",
        atEffect: 1 + random.integer(20),
        moment: random.pick(["before-commit", "after-commit", "after-effect"]),
        downMs: random.pick([0, 0, 3_000]),
      };
    case 24:
      return { ...time, do: "answersLost", effects: 1 + random.integer(4) };
    case 25:
      return { ...time, do: "effectsLost", effects: 1 + random.integer(4) };
    case 26:
      return random.isLucky(0.5) ? { ...time, do: "balancerIgnores", forMs } : { ...time, do: "balancerLate", lateMs: 5_000, forMs };
    default:
      return { ...time, do: "staleView", forMs: random.pick([500, 3_000]) };
  }
}
