import type { InstanceEffect } from "#domain/engine/effect.ts";
import type { UnitView } from "#domain/engine/observation.ts";
import { Failure } from "#domain/failure.ts";
import type { Fleet, Instance } from "#domain/fleet.ts";
import type { ReleaseBehaviour } from "#domain/simulation/behaviour.ts";
import { carryOut } from "#domain/simulation/carry-out.ts";
import { viewsOf } from "#domain/simulation/observe.ts";
import { passTime } from "#domain/simulation/pass-time.ts";
import { createSlot } from "#domain/simulation/slot.ts";
import { readTicks } from "#domain/simulation/traffic.ts";
import { createWorld, touch, type World } from "#domain/simulation/world.ts";
import type { Balancer, RotationAnswer } from "#server/balancers/balancer.ts";
import type { Driver, Fence, Fencing, UnitAnswer } from "#server/drivers/driver.ts";
import type { Clock } from "#server/engine/clock.ts";
import type { Ports } from "#server/engine/ports.ts";
import type { HookCall, HookOutcome } from "#server/hooks/hook-runner.ts";
import type { MetricsSource } from "#server/metrics/source.ts";
import { createRandom } from "./random.ts";

export type Behaviour = "good" | "never-ready" | "fails-half" | "refused";

export interface WorldOptions {
  readonly clock: Pick<Clock, "now">;
  readonly seed?: number;
  /** Release id → how its units behave; good when not named. */
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
  /** To stop the old unit and start the new one, and from started to ready. */
  readonly startMs?: number;
  readonly drainMs?: number;
  /** 0: nothing is counted, which is cheap. */
  readonly requestsPerSecond?: number;
  readonly canSurge?: boolean;
  readonly balancerFencing?: Fencing;
  /** What runs already when the world begins; nothing when left out. */
  readonly running?: { readonly instances: readonly Instance[]; readonly releaseId: string };
}

/** Chances, from 0 to 1, of things going wrong at one call. */
export interface Faults {
  /** Done, but the answer is lost. */
  lostAnswer: number;
  /** Not done, and no answer. */
  unreachable: number;
  /** The call is carried out a second time a moment later. */
  duplicate: number;
  delayMsMax: number;
}

/** A call that reached the world. */
export interface Called {
  readonly what: string;
  readonly instanceId: string;
  readonly key: string;
  readonly token: number;
}

const noFaults: Faults = { lostAnswer: 0, unreachable: 0, duplicate: 0, delayMsMax: 0 };

/**
 * The simulated fleet behind the ports of a driver, a balancer and a metrics source, under the test's clock. It keeps what
 * the engine promised: `violations` names every unit stopped while it took requests and every call with an outdated token.
 */
export interface FakeWorld {
  /** Ports as one engine sees them. After `kill` nothing it asks for is done or answered. */
  connect(): { readonly ports: Ports; kill(): void };
  readonly faults: Faults;
  readonly violations: string[];
  /** Every unit ever asked for: instance, release, key. */
  readonly started: readonly { readonly instanceId: string; readonly releaseId: string; readonly key: string }[];
  readonly calls: readonly Called[];
  /** Called before and after each effect that reaches the world, which waits for it. */
  onEffect: (moment: "before" | "after", count: number) => void | Promise<void>;
  /** What a hook answers, by its key; succeeds when there is none. */
  onHook: (call: HookCall, signal: AbortSignal) => Promise<HookOutcome>;
  /** The instance's unit is gone, as if its host had died. */
  lose(instanceId: string): void;
  driverDown: string | null;
  sourceDown: boolean;
  inRotation(): number;
  minInRotation(): number;
  /** Units that existed at once, at most: those on their way in or out count. */
  maxUnits(): number;
  watchRotation(): void;
  runs(instanceId: string): string | null;
  /** Instances that exist. */
  instances(): string[];
}

export function createFakeWorld(options: WorldOptions): FakeWorld {
  const {
    clock,
    behaviours = {},
    startMs = 30,
    drainMs = 20,
    requestsPerSecond = 80,
    canSurge = false,
    seed = 1,
    running,
    balancerFencing = "stored",
  } = options;
  const random = createRandom(seed);
  const well: ReleaseBehaviour = { updateMs: 0, readyMs: startMs, latencyMs: { p50: 5, p99: 20 } };
  const simulated: World = createWorld({
    seed,
    startAt: clock.now(),
    instances: running?.instances ?? [],
    releaseId: running?.releaseId ?? "none",
    unhealthy: [],
    drainMs,
    canSurge,
    behaviours: {
      byRelease: Object.fromEntries(Object.entries(behaviours).map(([releaseId, behaviour]) => [releaseId, behave(well, behaviour)])),
      otherwise: well,
    },
    traffic: requestsPerSecond === 0 ? null : { requestsPerSecond, errorRate: 0, latencyMs: { p50: 5, p99: 20 } },
  });
  const started: { instanceId: string; releaseId: string; key: string }[] = [];
  const calls: Called[] = [];
  let highestFence = 0;
  let effects = 0;

  const now = (): World => {
    passTime(simulated, clock.now());
    return simulated;
  };

  const world: FakeWorld = {
    faults: { ...noFaults },
    violations: [],
    started,
    calls,
    onEffect: () => {},
    onHook: async () => ({ status: "succeeded", message: "It is done.", output: "" }),
    driverDown: null,
    sourceDown: false,
    lose: (instanceId) => {
      const slot = now().slots.get(instanceId);
      if (!slot) return;
      Object.assign(slot, createSlot({ id: instanceId, zone: slot.zone }));
      touch(simulated, slot);
    },
    inRotation: () => now().tally.serving,
    minInRotation: () => simulated.tally.minServing,
    maxUnits: () => simulated.tally.maxExisting,
    watchRotation: () => {
      simulated.tally.minServing = now().tally.serving;
    },
    runs: (instanceId) => now().slots.get(instanceId)?.unit?.releaseId ?? null,
    instances: () => [...now().slots.keys()],
    connect: () => {
      const line = { dead: false };
      return { ports: createPorts(line), kill: () => void (line.dead = true) };
    },
  };

  function requireFence(fence: Fence, what: string): void {
    if (fence.token >= highestFence) {
      highestFence = fence.token;
      return;
    }
    world.violations.push(`${what} with token ${fence.token} after ${highestFence}`);
    throw new Failure("conflict", "A newer server runs this fleet.");
  }

  function act(effect: InstanceEffect, fence: Fence): void {
    requireFence(fence, effect.type);
    const isNew = watch(effect);
    calls.push({ what: effect.type, instanceId: effect.instanceId, key: effect.key, token: fence.token });
    const answer = carryOut(now(), effect);
    if (answer.is === "no") throw new Failure("invalid", answer.message);
    if (answer.is === "unreachable") throw new Failure("unavailable", "There is no such instance.");
    if (isNew && "releaseId" in effect) started.push({ instanceId: effect.instanceId, releaseId: effect.releaseId, key: effect.key });
  }

  /** Whether it starts a unit that is not there yet; an old one must not take requests when it is stopped for it. */
  function watch(effect: InstanceEffect): boolean {
    const slot = now().slots.get(effect.instanceId);
    if (!slot) return false;
    const isThere = [slot.unit?.key, slot.replacing?.key, slot.next?.key, slot.starting?.key].includes(effect.key);
    const stops = (effect.type === "instance.replace" && !isThere) || (effect.type === "instance.retire" && slot.next?.key === effect.key);
    if (stops && slot.unit !== null && slot.place.rotation !== "out")
      world.violations.push(`${effect.instanceId} was stopped while ${slot.place.rotation}`);
    return !isThere;
  }

  async function ask(line: { readonly dead: boolean }, effect: InstanceEffect, fence: Fence): Promise<void> {
    if (line.dead) return never();
    const { faults } = world;
    if (faults.delayMsMax > 0) await new Promise((resolve) => setTimeout(resolve, random() * faults.delayMsMax));
    effects += 1;
    const count = effects;
    await world.onEffect("before", count);
    if (line.dead) return never();
    if (random() < faults.unreachable) throw new Failure("unavailable", "The world does not answer.");
    act(effect, fence);
    if (random() < faults.duplicate) act(effect, fence);
    await world.onEffect("after", count);
    if (line.dead) return never();
    if (random() < faults.lostAnswer) throw new Failure("unavailable", "The answer was lost.");
  }

  function ensure({ instances }: Fleet): void {
    for (const { id, zone } of instances) {
      if (now().slots.has(id)) continue;
      const slot = createSlot({ id, zone });
      simulated.slots.set(id, slot);
      touch(simulated, slot);
    }
  }

  function createPorts(line: { readonly dead: boolean }): Ports {
    const look = async <Seen>(see: () => Seen): Promise<Seen> => {
      if (line.dead) return never();
      if (world.driverDown !== null) throw new Failure("unavailable", world.driverDown);
      return see();
    };
    const seeAll = <Side>(see: (view: UnitView) => Side) =>
      Object.fromEntries(
        viewsOf(now())
          .values()
          .map((view) => [view.instanceId, { ...see(view), next: view.next && see(view.next) }]),
      );
    const done = (effect: InstanceEffect, fence: Fence) => ask(line, effect, fence);
    const driver: Driver = {
      fencing: "stored",
      canSurge,
      ensureFleet: (fleet, fence) =>
        look(() => {
          requireFence(fence, "ensureFleet");
          ensure(fleet);
        }),
      resolveRelease: () => look(() => undefined),
      observe: () => look(() => seeAll((view) => unitOf(view, clock.now()))),
      replace: (_, instanceId, { releaseId }, key, fence) => done({ type: "instance.replace", instanceId, key, releaseId }, fence),
      start: (_, instanceId, { releaseId }, key, fence) => done({ type: "instance.start", instanceId, key, releaseId }, fence),
      retire: (_, instanceId, key, fence) => done({ type: "instance.retire", instanceId, key }, fence),
      discard: (_, instanceId, key, fence) => done({ type: "instance.discard", instanceId, key }, fence),
      remove: (_, instanceId, fence) => done({ type: "instance.remove", instanceId, key: "" }, fence),
      removeFleet: (_, fence) => look(() => requireFence(fence, "removeFleet")),
      readLogs: async () => [],
    };
    const balancer: Balancer = {
      fencing: balancerFencing,
      ensureFleet: async () => {},
      observe: () => look(() => seeAll(rotationOf)),
      drain: (_, { instanceId, target, key }, timeoutMs, fence) => done({ type: "instance.drain", instanceId, key, target, timeoutMs }, fence),
      restore: (_, { instanceId, target, key }, fence) => done({ type: "instance.restore", instanceId, key, target }, fence),
      removeFleet: async () => {},
    };
    const source: MetricsSource = {
      readTicks: async (_, after) => {
        if (line.dead) return never();
        if (world.sourceDown) throw new Failure("unavailable", "The metrics source is down.");
        const { traffic } = now();
        return traffic === null ? [] : readTicks(traffic, after);
      },
    };
    return {
      // Neither cares what runs a fleet, nor what carries its traffic.
      drivers: { process: driver, docker: driver },
      balancers: { embedded: balancer, haproxy: balancer, nginx: balancer },
      metrics: { embedded: source, haproxy: source, nginx: source },
      counts: { prometheus: { readIntervals: async () => [], check: async () => [] } },
      hooks: {
        run: (call, signal) => (line.dead ? never() : world.onHook(call, signal)),
      },
    };
  }

  return world;
}

function behave(well: ReleaseBehaviour, behaviour: Behaviour): ReleaseBehaviour {
  switch (behaviour) {
    case "good":
      return well;
    case "never-ready":
      return { ...well, neverReady: "all" };
    case "fails-half":
      return { ...well, errorRate: 0.5 };
    case "refused":
      return { ...well, driverErrors: new Proxy({}, { get: () => Number.POSITIVE_INFINITY }) };
  }
}

function unitOf({ unit, ready, readySince, probe }: UnitView, now: number): UnitAnswer {
  return { unit, ready, readyForMs: readySince === null ? null : now - readySince, probe };
}

function rotationOf({ rotation, inFlight, cut }: UnitView): RotationAnswer {
  return { rotation, inFlight, cut };
}

/** What a killed process gets for an answer. */
function never(): Promise<never> {
  return new Promise(() => {});
}
