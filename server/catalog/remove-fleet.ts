import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { notifyChange } from "#db/feed.ts";
import { environmentOfFleet } from "#db/queries/environments.ts";
import { fleet as fleetTable, lease } from "#db/schema/fleets.ts";
import { notificationDestination } from "#db/schema/notifications.ts";
import { rollout } from "#db/schema/rollouts.ts";
import { refuseUnnamed } from "#domain/engine/confirm.ts";
import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import { Id } from "#domain/names.ts";
import { readProtection } from "#server/auth/protection.ts";
import { runVerb } from "#server/auth/verb.ts";
import type { Context } from "#server/context.ts";
import type { Fence } from "#server/drivers/driver.ts";

const removeDeadlineMs = 30_000;

/** `confirm`: the fleet's name, where its environment is protected. `abandon`: also where its containers' engine cannot be reached. */
export const RemoveFleet = z.object({ fleetId: Id, confirm: z.string().max(64).optional(), abandon: z.boolean().optional() });
export type RemoveFleet = z.infer<typeof RemoveFleet>;

export interface FleetRemoved {
  /** Its containers stay as they are, on an engine that could not be reached. */
  readonly abandoned: boolean;
}

/**
 * Ends a fleet: its instances stop, but for containers that it adopted, and its port closes. Its history stays. Refused while
 * a rollout is active, and while its driver cannot be reached (`unavailable`; a problem at `driver` says that it may be abandoned).
 */
export async function removeFleet(ctx: Context, { fleetId, confirm, abandon = false }: RemoveFleet): Promise<FleetRemoved> {
  const environment = () => environmentOfFleet(ctx.services.db, fleetId);
  const detail = { abandoned: false };
  await runVerb(ctx, { permission: "fleet.remove", environment, target: `fleet:${fleetId}`, detail }, async (tx) => {
    const [row] = await tx
      .select()
      .from(fleetTable)
      .where(and(eq(fleetTable.fleetId, fleetId), isNull(fleetTable.removedAt)))
      .for("update");
    if (!row) throw new Failure("not-found", "There is no fleet with this identifier. It may have been removed.");
    const { isProtected } = await readProtection(tx, row.environment);
    const unnamed = isProtected ? refuseUnnamed(row, confirm) : null;
    if (unnamed) throw unnamed;
    const [active] = await tx
      .select({ summary: rollout.summary })
      .from(rollout)
      .where(and(eq(rollout.fleetId, fleetId), isNull(rollout.endedAt)));
    if (active)
      throw new Failure(
        "conflict",
        `${row.name} is being rolled to ${active.summary.releaseName}. Cancel that rollout first, then remove the fleet.`,
      );
    await tx.update(fleetTable).set({ removedAt: sql`now()` }).where(eq(fleetTable.fleetId, fleetId));
    // What it has not got by now it would only get of a fleet that is gone.
    await tx.delete(notificationDestination).where(eq(notificationDestination.fleetId, fleetId));
    // A higher token than any holder has: what an engine still has in flight is refused from here on.
    const [fenced] = await tx
      .update(lease)
      .set({ holder: "", token: sql`${lease.token} + 1`, expiresAt: sql`clock_timestamp()` })
      .where(eq(lease.fleetId, fleetId))
      .returning({ token: lease.token });
    await notifyChange(tx, { fleetId, rolloutId: null, seq: null });
    const { definition } = row;
    const fence = { token: fenced?.token ?? 0 };
    const soon = () => AbortSignal.timeout(removeDeadlineMs);
    // No request is sent to what is about to stop. A balancer that is gone for good must not keep the fleet for ever.
    await ctx.services.balancers[definition.balancer.type].removeFleet(definition, fence, soon()).catch((error: unknown) => {
      if (!(error instanceof Failure) || error.code !== "unavailable") throw error;
      ctx.services.log.warn(
        { err: error, fleetId },
        "A fleet was removed whose load balancer cannot be reached: what it has of the fleet stays there.",
      );
    });
    detail.abandoned = await endUnits(ctx, definition, fence, { abandon, signal: soon() });
  });
  ctx.services.engine.wake(fleetId);
  return detail;
}

interface Ending {
  readonly abandon: boolean;
  readonly signal: AbortSignal;
}

/** True: they were left as they are. Only an engine can be gone for good: this machine's runtime comes back with Tideline. */
async function endUnits({ services }: Context, fleet: Fleet, fence: Fence, { abandon, signal }: Ending): Promise<boolean> {
  try {
    await services.drivers[fleet.driver.type].removeFleet(fleet, fence, signal);
    return false;
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "unavailable" || fleet.driver.type !== "docker") throw error;
    if (!abandon) throw new Failure("unavailable", error.message, [{ field: "driver", message: error.message }]);
    services.log.warn({ err: error, fleetId: fleet.fleetId }, "A fleet was removed whose engine cannot be reached: its containers stay there.");
    return true;
  }
}
