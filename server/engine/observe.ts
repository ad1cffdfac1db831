import type { InstanceObservation, Observation, Unreachable } from "#domain/engine/observation.ts";
import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { RotationObservation } from "#server/balancers/balancer.ts";
import type { UnitObservation } from "#server/drivers/driver.ts";
import { withDeadline } from "./deadline.ts";
import type { FleetPorts } from "./ports.ts";

const observeDeadlineMs = 5_000;
const messageLengthMax = 300;

const noUnit: UnitObservation = { unit: null, ready: false, readyForMs: null, probe: null };
const notInRotation: RotationObservation = { rotation: "out", inFlight: 0, cut: 0 };

/**
 * What driver and balancer say now, side by side. Of a part that cannot be reached the last known answer stands, marked
 * by `driver` or `balancer`, so that the screen still shows something and the engine knows not to act on it.
 */
export async function observeFleet(ports: FleetPorts, fleet: Fleet, previous: Observation | null = null): Promise<Observation> {
  const [units, rotations] = await Promise.all([
    ask("The driver", (signal) => ports.driver.observe(fleet, signal)),
    ask("The load balancer", (signal) => ports.balancer.observe(fleet, signal)),
  ]);
  const instances: Record<string, InstanceObservation> = {};
  for (const { id } of fleet.instances) {
    const last = previous?.instances[id];
    instances[id] = {
      instanceId: id,
      ...(units.answer?.[id] ?? (units.failed && last ? unitOf(last) : noUnit)),
      ...(rotations.answer?.[id] ?? (rotations.failed && last ? rotationOf(last) : notInRotation)),
      passiveFailed: false,
    };
  }
  return { driver: units.failed, balancer: rotations.failed, instances, evidence: {} };
}

/** In words, why a fleet cannot be seen; null when it can. */
export function unreachableText(observation: Observation): string | null {
  return (observation.driver ?? observation.balancer)?.message ?? null;
}

type Answer<Value> = { readonly answer: Value; readonly failed: null } | { readonly answer: null; readonly failed: Unreachable };

async function ask<Value>(who: string, call: (signal: AbortSignal) => Promise<Value>): Promise<Answer<Value>> {
  try {
    return { answer: await withDeadline(observeDeadlineMs, who, call), failed: null };
  } catch (error) {
    return { answer: null, failed: { message: messageOf(error, `${who} cannot be reached.`) } };
  }
}

/** The world's own words where they are meant for people, bounded; a stranger's error says nothing. */
export function messageOf(error: unknown, otherwise: string): string {
  return error instanceof Failure ? error.message.slice(0, messageLengthMax) : otherwise;
}

function unitOf({ unit, ready, readyForMs, probe }: InstanceObservation): UnitObservation {
  return { unit, ready, readyForMs, probe };
}

function rotationOf({ rotation, inFlight, cut }: InstanceObservation): RotationObservation {
  return { rotation, inFlight, cut };
}
