import { v7 as uuid } from "uuid";
import type { RolloutCommand, StartRollout } from "#domain/command.ts";
import { decideStart } from "#domain/engine/start.ts";
import { Failure } from "#domain/failure.ts";
import { audited } from "#server/auth/audited.ts";
import type { Context } from "#server/context.ts";
import { heldText, readStart } from "./check.ts";
import { retryConflicts } from "./retry.ts";
import { applyCommand, findStarted, insertRollout, refuseIfBusy } from "./store.ts";

/** Starts a rollout. Throws Failure: `conflict` names the rollout that is active, `invalid` the field that is wrong. */
export async function startRollout(ctx: Context, input: StartRollout): Promise<{ rolloutId: string }> {
  const { db, engine } = ctx.services;
  const { commandId, fleetId, releaseId } = input;
  const started = await audited(ctx, { permission: "rollout.start", target: `fleet:${fleetId}`, detail: { releaseId } }, async () => {
    const repeated = await findStarted(db, commandId);
    if (repeated) return { rolloutId: repeated };
    await refuseIfBusy(db, fleetId);
    const { start, row } = await readStart(ctx, input);
    const held = heldText(row, start.release);
    if (held && !input.acknowledged)
      throw new Failure("not-allowed-now", `${held} Acknowledge this to start it anyway.`, [{ field: "acknowledged", message: held }]);
    const now = engine.now();
    const decided = decideStart({ ...start, planName: input.planName, acknowledged: input.acknowledged, kind: "rollout" });
    if (decided instanceof Failure) throw decided;
    return retryConflicts(() => insertRollout(db, { rolloutId: uuid(), commandId, fleetId, releaseId, actor: ctx.actor, now, facts: decided }));
  });
  engine.wake(fleetId);
  return started;
}

/** Carries out a person's command on a rollout. `seq` is the number of the last event after it. */
export async function commandRollout(ctx: Context, input: RolloutCommand): Promise<{ seq: number }> {
  const { db, engine } = ctx.services;
  const target = `rollout:${input.rolloutId}`;
  const { seq, fleetId } = await audited(ctx, { permission: "rollout.command", target, detail: { type: input.type } }, () =>
    retryConflicts(() => applyCommand(db, { command: input, actor: ctx.actor, now: engine.now() })),
  );
  engine.wake(fleetId);
  return { seq };
}
