import type { Actor } from "../actor.ts";
import type { FleetCommand, RolloutCommand } from "../command.ts";
import { decide } from "../engine/decide.ts";
import { decideFleet, evolveFleet } from "../engine/fleet.ts";
import { decideStart } from "../engine/start.ts";
import { decideUndo } from "../engine/undo.ts";
import { Failure } from "../failure.ts";
import type { FleetFact } from "../fleet.ts";
import type { Plan } from "../plan.ts";
import type { CommandType } from "../rollout.ts";
import { activeOf, lastEndedOf, queuedOf, type StoredRollout } from "./book.ts";
import { observationOf, startInput } from "./look.ts";
import type { ControlPlane } from "./plane.ts";
import { append, create } from "./record.ts";
import { createSlot } from "./slot.ts";
import { touch } from "./world.ts";

/** What people ask, as the server's verbs carry it out: null when it was obeyed, else the Failure that they get. */

const commandId = "command";

export interface StartRequest {
  readonly releaseId: string;
  readonly plan: Plan;
  readonly planName: string;
  readonly acknowledged: boolean;
  readonly reason: string | null;
}

export function start(plane: ControlPlane, request: StartRequest, actor: Actor): Failure | null {
  if (plane.down) return unavailable;
  const seen = observationOf(plane);
  const decided = decideStart(startInput(plane, { ...request, actor }, seen));
  if (decided instanceof Failure) return decided;
  const active = activeOf(plane.book);
  if (active) append(plane, active, decided.active, actor, seen);
  create(plane, decided.rollout, actor, seen);
  return null;
}

export interface RolloutRequest {
  readonly type: CommandType;
  readonly instanceId: string | null;
  readonly reason: string | null;
}

/** A command on the rollout that is active, else on the one that is queued; `rollBack` without either on the one that ended last. */
export function command(plane: ControlPlane, { type, instanceId, reason }: RolloutRequest, actor: Actor): Failure | null {
  if (plane.down) return unavailable;
  const target = activeOf(plane.book) ?? queuedOf(plane.book);
  if (target === null) return type === "rollBack" ? undo(plane, reason ?? "", actor) : commandEnded(plane, type);
  const { rolloutId, state } = target;
  const asked = { type, commandId, rolloutId, ...(instanceId === null ? {} : { instanceId }), ...(reason === null ? {} : { reason }) };
  const decided = decide(state, asked as RolloutCommand, actor, plane.world.now);
  if (decided instanceof Failure) return decided;
  append(plane, target, decided, actor, observationOf(plane));
  return null;
}

function undo(plane: ControlPlane, reason: string, actor: Actor): Failure | null {
  const ended = lastEndedOf(plane.book);
  if (ended === null) return noRollout;
  const seen = observationOf(plane);
  const decided = decideUndo(ended.state, { fleet: plane.book.fleet, observation: seen, actor, reason, active: null, now: plane.world.now });
  if (decided instanceof Failure) return decided;
  create(plane, decided, actor, seen);
  return null;
}

function commandEnded(plane: ControlPlane, type: CommandType): Failure {
  const ended: StoredRollout | null = lastEndedOf(plane.book);
  if (ended === null) return noRollout;
  const decided = decide(ended.state, { type, commandId, rolloutId: ended.rolloutId } as RolloutCommand, nobody, plane.world.now);
  return decided instanceof Failure ? decided : noRollout;
}

export type FleetRequest = FleetCommand extends infer Each ? (Each extends FleetCommand ? Omit<Each, "commandId" | "fleetId"> : never) : never;

/** A command on the fleet itself, whether a rollout is active or not. */
export function commandFleet(plane: ControlPlane, request: FleetRequest, actor: Actor): Failure | null {
  if (plane.down) return unavailable;
  const { book, world } = plane;
  const active = activeOf(book);
  const seen = observationOf(plane);
  const asked = { ...request, commandId, fleetId: book.fleet.fleet.fleetId } as FleetCommand;
  const decided = decideFleet({ fleet: book.fleet, command: asked, active: active?.state ?? null, observation: seen, actor, now: world.now });
  if (decided instanceof Failure) return decided;
  for (const fact of decided.fleet) recordFleet(plane, fact, actor);
  if (active) append(plane, active, decided.rollout, actor, observationOf(plane));
  return null;
}

/** The driver learns of new instances as soon as the fleet has them; what it runs there is asked for later. */
function recordFleet({ book, world }: ControlPlane, fact: FleetFact, actor: Actor): void {
  book.fleet = evolveFleet(book.fleet, fact);
  book.fleetEvents.push({ ...fact, at: world.now, actor });
  if (fact.type !== "fleet.scaled") return;
  for (const instance of fact.added) {
    if (world.slots.has(instance.id)) continue;
    const slot = createSlot(instance);
    world.slots.set(instance.id, slot);
    touch(world, slot);
  }
}

const nobody: Actor = { type: "engine" };
const unavailable = new Failure("unavailable", "The control plane does not answer. Try again when it is back.");
const noRollout = new Failure("not-found", "There is no rollout on this fleet yet.");
