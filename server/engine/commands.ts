import { environmentOfFleet, environmentOfRollout } from "#db/queries/environments.ts";
import { type FleetRow, getFleetRow, toFleetState } from "#db/queries/fleets.ts";
import { findPlanByName } from "#db/queries/plans.ts";
import { findRolloutStatus } from "#db/queries/rollouts.ts";
import type { FleetCommand, RolloutCommand, StartRollout } from "#domain/command.ts";
import { refuseUnnamed } from "#domain/engine/confirm.ts";
import type { Observation } from "#domain/engine/observation.ts";
import { decideStart } from "#domain/engine/start.ts";
import { Failure } from "#domain/failure.ts";
import { isFreezeOf, localInstancesMax } from "#domain/fleet.ts";
import { definesCommand } from "#domain/hook-commands.ts";
import { type EnvironmentPermission, fleetPermissions, rolloutPermissions } from "#domain/role.ts";
import { isTerminal } from "#domain/rollout.ts";
import { audited } from "#server/auth/audited.ts";
import { authorize } from "#server/auth/authorize.ts";
import { readProtection } from "#server/auth/protection.ts";
import type { Context } from "#server/context.ts";
import { applyCommand, applyFleetCommand, applyStart, findStarted } from "./apply.ts";
import { readStart } from "./check.ts";
import { nothingSeen, observeFleet } from "./observe.ts";
import { portsOf } from "./ports.ts";
import { predictDuration, withPrediction } from "./predict.ts";
import { retryConflicts } from "./retry.ts";

/** Starts a rollout, or queues it, or ends the active one for it, as its plan says. Throws Failure: `conflict` names the rollout that is active, `invalid` the field that is wrong. */
export async function startRollout(ctx: Context, input: StartRollout): Promise<{ rolloutId: string }> {
  const { db, engine } = ctx.services;
  const { commandId, fleetId, releaseId, plan, planName, acknowledged, reason = null, confirm } = input;
  const { actor } = ctx;
  const environment = () => environmentOfFleet(db, fleetId);
  const started = await audited(ctx, { permission: "rollout.start", environment, target: `fleet:${fleetId}`, detail: { releaseId } }, async () => {
    const repeated = await findStarted(db, commandId);
    if (repeated) return { rolloutId: repeated };
    if (definesCommand(plan, await findPlanByName(db, planName))) authorize(ctx, "command.define");
    const basis = await readStart(ctx.services, input);
    const unnamed = basis.needsApproval ? refuseUnnamed(basis.fleet.fleet, confirm) : null;
    if (unnamed) throw unnamed;
    const now = engine.now();
    const start = { commandId, fleetId, actor, now };
    const predictedMs = predictDuration(basis);
    return retryConflicts(() =>
      applyStart(db, {
        ...start,
        // The fleet as it is under its lock; what was seen of it a moment ago may be older.
        decide: ({ row, active, queued }) => {
          const asked = { ...basis, fleet: toFleetState(row), planName, acknowledged, reason, actor, active, queued, now };
          const decided = decideStart(asked);
          return decided instanceof Failure ? decided : { ...decided, rollout: withPrediction(decided.rollout, predictedMs) };
        },
      }),
    );
  });
  engine.wake(fleetId);
  return started;
}

/**
 * Carries out a person's command on a rollout. `seq` is the number of the last event after it, and `rolloutId` the rollout
 * it belongs to: a new one where an ended rollout is taken back.
 */
export async function commandRollout(ctx: Context, input: RolloutCommand): Promise<{ seq: number; rolloutId: string }> {
  const { db, engine } = ctx.services;
  const { rolloutId, type } = input;
  const permission = rolloutPermissions[type];
  const environment = () => environmentOfRollout(db, rolloutId);
  const commanded = await audited(ctx, { permission, environment, target: `rollout:${rolloutId}`, detail: { type } }, async () => {
    const found = type === "rollBack" ? await findRolloutStatus(db, rolloutId) : null;
    const observation = found && isTerminal(found.status) ? await observe(ctx, found.fleetId) : null;
    const { isProtected } = await readProtection(db, await environment());
    return retryConflicts(() => applyCommand(db, { command: input, actor: ctx.actor, now: engine.now(), observation, isProtected }));
  });
  engine.wake(commanded.fleetId);
  return { seq: commanded.seq, rolloutId: commanded.rolloutId };
}

/** Carries out a person's command on a fleet. `seq` is the number of the fleet's last event after it. */
export async function commandFleet(ctx: Context, input: FleetCommand): Promise<{ seq: number }> {
  const { db, engine } = ctx.services;
  const { fleetId, type } = input;
  const permission = await fleetPermission(ctx, input);
  const environment = () => environmentOfFleet(db, fleetId);
  const commanded = await audited(ctx, { permission, environment, target: `fleet:${fleetId}`, detail: { type } }, async () => {
    if (type === "scale") requireRoom(input.desired);
    // Only scaling depends on what runs: a freeze must be possible whatever can be reached.
    const observation = type === "scale" ? await observe(ctx, fleetId) : nothingSeen;
    return retryConflicts(() =>
      applyFleetCommand(db, {
        command: input,
        actor: ctx.actor,
        now: engine.now(),
        observation,
        permission,
        authorizeOn: (row) => authorize(ctx, permissionOn(ctx, type, row), row.fleet.environment),
      }),
    );
  });
  engine.wake(fleetId);
  return commanded;
}

async function fleetPermission(ctx: Context, { type, fleetId }: FleetCommand): Promise<EnvironmentPermission> {
  const isFreeze = type === "setFreeze" || type === "liftFreeze";
  return isFreeze ? permissionOn(ctx, type, await getFleetRow(ctx.services.db, fleetId)) : fleetPermissions[type];
}

/** A freeze that stands is changed by whoever has set it, and otherwise only by whoever may override it. */
function permissionOn({ userId }: Context, type: FleetCommand["type"], { freeze }: FleetRow): EnvironmentPermission {
  const isOthers = (type === "setFreeze" || type === "liftFreeze") && freeze && !isFreezeOf(freeze, userId);
  return isOthers ? "freeze.override" : fleetPermissions[type];
}

/** Every driver that there is runs instances on this machine. */
function requireRoom(desired: number): void {
  if (desired <= localInstancesMax) return;
  const message = `At most ${localInstancesMax} instances run on this machine.`;
  throw new Failure("invalid", message, [{ field: "desired", message }]);
}

async function observe(ctx: Context, fleetId: string): Promise<Observation> {
  const { fleet } = await getFleetRow(ctx.services.db, fleetId);
  return observeFleet(portsOf(ctx.services, fleet), fleet, { clock: ctx.services.engine, lease: null });
}
