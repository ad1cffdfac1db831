import type { InstanceObservation, Observation, UnitView, Unreachable } from "#domain/engine/observation.ts";
import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import { Table } from "#domain/table.ts";
import type { RotationAnswer, RotationObservation, Units } from "#server/balancers/balancer.ts";
import type { Fence, UnitAnswer, UnitObservation } from "#server/drivers/driver.ts";
import type { Clock } from "./clock.ts";
import { withDeadline } from "./deadline.ts";
import { endOf, type HeldLease } from "./lease.ts";
import type { FleetPorts } from "./ports.ts";

const observeDeadlineMs = 5_000;
const messageLengthMax = 300;
/** Since when a unit is ready is computed from how long it has been; answers that take their time do not move it. */
const readySinceSlackMs = 250;

/** What is known before anything was looked at. */
export const nothingSeen: Observation = {
  driver: null,
  balancer: null,
  instances: Table.from([]),
  evidence: {},
  resources: [],
  freeze: null,
  hooks: {},
};
const noUnit: UnitAnswer = { unit: null, ready: false, readyForMs: null, probe: null };
const notInRotation = { rotation: "out", inFlight: 0, cut: 0 } as const;

const partNames = { driver: "The driver", balancer: "The load balancer" } as const;
export type ObservedPart = keyof typeof partNames;

interface ObserveOptions {
  readonly clock: Pick<Clock, "now">;
  /** Null without it: then nothing is changed by looking. */
  readonly lease: (Fence & Pick<HeldLease, "signal">) | null;
  readonly previous?: Observation | null;
  /** A part threw what is no answer of the world's: it counts as unreachable, and somebody should read why. */
  readonly onMistake?: (part: ObservedPart, error: unknown) => void;
}

/**
 * What the driver says now, and after it the balancer, which is told what the driver saw: whether an instance is in rotation
 * is about the unit that is there now, at its address of now. Of the fleet's instances, and of any that have left it and still run.
 * Of a part that cannot be reached the last known answer stands, marked by `driver` or `balancer`, so that the screen still
 * shows something and the engine knows not to act on it. What has not changed is the very object it was before.
 */
export async function observeFleet(
  ports: Pick<FleetPorts, "driver" | "balancer">,
  fleet: Fleet,
  { clock, lease, previous = nothingSeen, onMistake = () => {} }: ObserveOptions,
): Promise<Observation> {
  const before = previous ?? nothingSeen;
  const units = await ask("driver", (signal) => ports.driver.observe(fleet, signal), onMistake);
  const told = { units: units.answer ?? unitsOf(before, clock.now()), fence: lease };
  const end = lease ? endOf(ports.balancer, lease) : undefined;
  const rotations = await ask("balancer", (signal) => ports.balancer.observe(fleet, told, signal), onMistake, end);
  const now = clock.now();
  const ids = new Set([...fleet.instances.map(({ id }) => id), ...leftBehind(units, before), ...Object.keys(rotations.answer ?? {})]);
  const entries = [...ids].map((instanceId): [string, InstanceObservation] => {
    const last = before.instances.get(instanceId);
    const unit = units.failed ? undefined : (units.answer[instanceId] ?? { ...noUnit, next: null });
    const rotation = rotations.failed ? undefined : (rotations.answer[instanceId] ?? { ...notInRotation, next: null });
    return [instanceId, see(instanceId, { last, unit, rotation, now })];
  });
  return { ...nothingSeen, driver: units.failed, balancer: rotations.failed, instances: keepUnchanged(before.instances, entries) };
}

/** While the driver cannot be asked, what was there before is still shown. */
function leftBehind(units: Answer<Readonly<Record<string, UnitObservation>>>, before: Observation): string[] {
  return units.failed ? before.instances.keys() : Object.keys(units.answer);
}

/** What the driver had said last; null before it ever answered. */
function unitsOf({ instances }: Observation, now: number): Units | null {
  if (instances.size === 0) return null;
  const answerOf = ({ unit, ready, readySince, probe }: UnitView): UnitAnswer => ({
    unit,
    ready,
    readyForMs: readySince === null ? null : now - readySince,
    probe,
  });
  return Object.fromEntries(instances.values().map((seen) => [seen.instanceId, { ...answerOf(seen), next: seen.next && answerOf(seen.next) }]));
}

interface Sight {
  readonly last: InstanceObservation | undefined;
  /** Undefined: the driver was not reached. */
  readonly unit: UnitObservation | undefined;
  readonly rotation: RotationObservation | undefined;
  readonly now: number;
}

function see(instanceId: string, { last, unit, rotation, now }: Sight): InstanceObservation {
  const first = seeUnit(last, unit, rotation, now);
  const second = seeUnit(last?.next ?? undefined, unit && (unit.next ?? noUnit), rotation && (rotation.next ?? notInRotation), now);
  const next = second.unit === null ? null : second;
  const seen = { instanceId, ...first, next: next !== null && last?.next && isSameView(last.next, next) ? last.next : next, passiveFailed: false };
  return last !== undefined && !last.passiveFailed && last.next === seen.next && isSameView(last, seen) ? last : seen;
}

function seeUnit(last: UnitView | undefined, unit: UnitAnswer | undefined, rotation: RotationAnswer | undefined, now: number): UnitView {
  return { ...(unit ? toUnit(unit, last, now) : unitOf(last)), ...rotationOf(rotation ?? last ?? notInRotation) };
}

function toUnit({ unit, ready, readyForMs, probe }: UnitAnswer, last: UnitView | undefined, now: number): ReturnType<typeof unitOf> {
  const measured = ready && readyForMs !== null ? now - readyForMs : null;
  const known = last?.unit?.key === unit?.key ? (last?.readySince ?? null) : null;
  const wanders = measured !== null && known !== null && Math.abs(measured - known) < readySinceSlackMs;
  return { unit, ready, readySince: wanders ? known : measured, probe };
}

function unitOf(view: UnitView | undefined): Pick<UnitView, "unit" | "ready" | "readySince" | "probe"> {
  return { unit: view?.unit ?? null, ready: view?.ready ?? false, readySince: view?.readySince ?? null, probe: view?.probe ?? null };
}

function rotationOf({ rotation, inFlight, cut, unverified }: RotationAnswer): RotationAnswer {
  return unverified ? { rotation, inFlight, cut, unverified } : { rotation, inFlight, cut };
}

function isSameView(a: UnitView, b: UnitView): boolean {
  return (
    a.ready === b.ready &&
    a.readySince === b.readySince &&
    a.probe === b.probe &&
    a.rotation === b.rotation &&
    a.inFlight === b.inFlight &&
    a.cut === b.cut &&
    a.unverified === b.unverified &&
    isSameUnit(a.unit, b.unit)
  );
}

function isSameUnit(a: UnitView["unit"], b: UnitView["unit"]): boolean {
  if (a === null || b === null) return a === b;
  return (Object.keys(a) as (keyof typeof a)[]).every((field) => a[field] === b[field]);
}

/** The same table where nothing changed, and the same chunks where nothing in them did. */
function keepUnchanged(before: Observation["instances"], entries: readonly [string, InstanceObservation][]): Observation["instances"] {
  const members = before.keys();
  const isSame = members.length === entries.length && entries.every(([instanceId], position) => members[position] === instanceId);
  if (!isSame) return Table.from(entries);
  return entries.reduce((table, [instanceId, seen]) => (table.get(instanceId) === seen ? table : table.set(instanceId, seen)), before);
}

/** In words, why a fleet cannot be seen; null when it can. */
export function unreachableText(observation: Observation): string | null {
  return (observation.driver ?? observation.balancer)?.message ?? null;
}

type Answer<Value> = { readonly answer: Value; readonly failed: null } | { readonly answer: null; readonly failed: Unreachable };

async function ask<Value>(
  part: ObservedPart,
  call: (signal: AbortSignal) => Promise<Value>,
  onMistake: (part: ObservedPart, error: unknown) => void,
  end?: AbortSignal,
): Promise<Answer<Value>> {
  const who = partNames[part];
  try {
    return { answer: await withDeadline(observeDeadlineMs, who, call, end), failed: null };
  } catch (error) {
    if (!(error instanceof Failure)) onMistake(part, error);
    return { answer: null, failed: { message: messageOf(error, `${who} cannot be reached.`) } };
  }
}

/** The world's own words where they are meant for people, bounded; a stranger's error says nothing. */
export function messageOf(error: unknown, otherwise: string): string {
  return error instanceof Failure ? error.message.slice(0, messageLengthMax) : otherwise;
}
