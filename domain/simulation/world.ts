import type { Effect } from "../engine/effect.ts";
import type { InstanceObservation, Observation } from "../engine/observation.ts";
import type { Instance } from "../fleet.ts";

/** How long things take in a simulated fleet, milliseconds. */
export interface Timing {
  /** For requests in flight to end. */
  readonly drainMs: number;
  /** To stop the old unit and start the new one. */
  readonly replaceMs: number;
  /** From started to ready. */
  readonly readyMs: number;
}

/** How units of a release behave; what is left out is faultless. */
export interface Behaviour {
  /** Never answers its readiness check. */
  readonly neverReady?: boolean;
  /** Crashes this long after it became ready, again and again. */
  readonly crashAfterMs?: number;
}

/** What is wrong with the world right now, laid over what would be seen without it. */
export interface Faults {
  readonly driver: string | null;
  readonly balancer: string | null;
  readonly instances: Readonly<Record<string, Partial<InstanceObservation>>>;
  readonly evidence: Observation["evidence"];
}

export const noFaults: Faults = { driver: null, balancer: null, instances: {}, evidence: {} };

interface SimulatedUnit {
  readonly key: string;
  readonly releaseId: string;
  readonly startedAt: number;
  readonly restarts: number;
}

interface SimulatedInstance {
  readonly unit: SimulatedUnit | null;
  readonly rotation: "in" | "draining" | "out";
  readonly rotationChangesAt: number | null;
  readonly replacing: { readonly key: string; readonly releaseId: string; readonly doneAt: number } | null;
}

/** A fleet in virtual time. Plain data: a step gives the next world, so that a run can be repeated to the byte. */
export interface World {
  readonly now: number;
  readonly timing: Timing;
  readonly behaviours: Readonly<Record<string, Behaviour>>;
  readonly instances: Readonly<Record<string, SimulatedInstance>>;
  readonly faults: Faults;
  /** Effects really carried out, in order; a repeated one changes nothing and is not counted. */
  readonly carriedOut: readonly string[];
}

const crashRestartMs = 1_000;
/** Everything was up long before the rollout. */
const upSinceMs = -3_600_000;

export function createWorld(input: {
  readonly instances: readonly Instance[];
  readonly releaseId: string;
  readonly timing: Timing;
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
}): World {
  const instances: Record<string, SimulatedInstance> = {};
  for (const [index, instance] of input.instances.entries())
    instances[instance.id] = {
      unit: { key: `start/${instance.id}`, releaseId: input.releaseId, startedAt: upSinceMs + index, restarts: 0 },
      rotation: "in",
      rotationChangesAt: null,
      replacing: null,
    };
  return { now: 0, timing: input.timing, behaviours: input.behaviours ?? {}, instances, faults: noFaults, carriedOut: [] };
}

/** Carries out one effect. Idempotent by its key. */
export function applyEffect(world: World, effect: Effect): World {
  const instance = world.instances[effect.instanceId];
  if (!instance) return world;
  const next = applyTo(world, instance, effect);
  if (next === instance) return world;
  return {
    ...world,
    instances: { ...world.instances, [effect.instanceId]: next },
    carriedOut: [...world.carriedOut, `${effect.type} ${effect.instanceId}`],
  };
}

function applyTo(world: World, instance: SimulatedInstance, effect: Effect): SimulatedInstance {
  switch (effect.type) {
    case "instance.drain": {
      if (instance.rotation !== "in") return instance;
      const drainMs = Math.min(world.timing.drainMs, effect.timeoutMs);
      return drainMs === 0 ? { ...instance, rotation: "out" } : { ...instance, rotation: "draining", rotationChangesAt: world.now + drainMs };
    }
    case "instance.replace":
      if (instance.unit?.key === effect.key || instance.replacing?.key === effect.key) return instance;
      return { ...instance, unit: null, replacing: { key: effect.key, releaseId: effect.releaseId, doneAt: world.now + world.timing.replaceMs } };
    case "instance.restore":
      return instance.rotation === "in" ? instance : { ...instance, rotation: "in", rotationChangesAt: null };
  }
}

/** The world at a later time. */
export function passTime(world: World, now: number): World {
  const instances: Record<string, SimulatedInstance> = {};
  for (const [id, instance] of Object.entries(world.instances)) instances[id] = passOne(world, instance, now);
  return { ...world, now, instances };
}

function passOne(world: World, instance: SimulatedInstance, now: number): SimulatedInstance {
  let next = instance;
  if (next.rotation === "draining" && next.rotationChangesAt !== null && now >= next.rotationChangesAt)
    next = { ...next, rotation: "out", rotationChangesAt: null };
  if (next.replacing !== null && now >= next.replacing.doneAt)
    next = {
      ...next,
      replacing: null,
      unit: { key: next.replacing.key, releaseId: next.replacing.releaseId, startedAt: next.replacing.doneAt, restarts: 0 },
    };
  const crashAt = next.unit === null ? null : crashTime(world, next.unit);
  if (next.unit !== null && crashAt !== null && now >= crashAt)
    next = { ...next, unit: { ...next.unit, startedAt: crashAt + crashRestartMs, restarts: next.unit.restarts + 1 } };
  return next;
}

function crashTime(world: World, unit: SimulatedUnit): number | null {
  const crashAfterMs = world.behaviours[unit.releaseId]?.crashAfterMs;
  return crashAfterMs === undefined ? null : unit.startedAt + world.timing.readyMs + crashAfterMs;
}

/** The next time at which something changes by itself; null when nothing will. */
export function nextChange(world: World): number | null {
  const times: number[] = [];
  for (const instance of Object.values(world.instances)) {
    if (instance.rotationChangesAt !== null) times.push(instance.rotationChangesAt);
    if (instance.replacing !== null) times.push(instance.replacing.doneAt);
    if (instance.unit === null) continue;
    times.push(instance.unit.startedAt, instance.unit.startedAt + world.timing.readyMs);
    const crashAt = crashTime(world, instance.unit);
    if (crashAt !== null) times.push(crashAt);
  }
  const ahead = times.filter((time) => time > world.now);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

/** What an engine sees of it. */
export function observe(world: World): Observation {
  const instances: Record<string, InstanceObservation> = {};
  const { faults } = world;
  for (const [id, instance] of Object.entries(world.instances)) instances[id] = { ...observeOne(world, id, instance), ...faults.instances[id] };
  return {
    driver: faults.driver === null ? null : { message: faults.driver },
    balancer: faults.balancer === null ? null : { message: faults.balancer },
    instances,
    evidence: faults.evidence,
  };
}

function observeOne(world: World, instanceId: string, instance: SimulatedInstance): InstanceObservation {
  const { unit } = instance;
  const up = unit !== null && world.now >= unit.startedAt;
  const readyAt = unit === null ? null : unit.startedAt + world.timing.readyMs;
  const ready = up && readyAt !== null && world.now >= readyAt && world.behaviours[unit.releaseId]?.neverReady !== true;
  return {
    instanceId,
    unit: unit && {
      key: unit.key,
      releaseId: unit.releaseId,
      state: up ? "running" : "exited",
      startedAt: unit.startedAt,
      restarts: unit.restarts,
      address: null,
      message: up ? null : "exited with code 1",
    },
    ready,
    readyForMs: ready && readyAt !== null ? world.now - readyAt : null,
    probe: ready ? "200" : "connection refused",
    rotation: instance.rotation,
    inFlight: instance.rotation === "draining" ? 1 : 0,
    cut: 0,
    passiveFailed: false,
  };
}
