import { z } from "zod";
import { getFleetRow } from "#db/queries/fleets.ts";
import { Failure } from "#domain/failure.ts";
import { Id, instanceIdPattern } from "#domain/names.ts";
import { authorize } from "#server/auth/authorize.ts";
import type { Context } from "#server/context.ts";
import type { LogLine } from "#server/drivers/driver.ts";

const linesMax = 500;
const readDeadlineMs = 5_000;

export const ReadLogs = z.object({
  fleetId: Id,
  instanceId: z.string().regex(instanceIdPattern, { error: "This is not an instance." }),
  /** Number of the last line already seen. */
  after: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(linesMax).default(linesMax),
});
export type ReadLogs = z.infer<typeof ReadLogs>;

/** What an instance has printed. Hostile input: callers show it as text. */
export async function readLogs(ctx: Context, { fleetId, instanceId, after, limit }: ReadLogs): Promise<readonly LogLine[]> {
  const { fleet } = await getFleetRow(ctx.services.db, fleetId);
  authorize(ctx, "fleet.read", fleet.environment);
  if (!fleet.instances.some((instance) => instance.id === instanceId)) throw new Failure("not-found", `${fleet.name} has no instance ${instanceId}.`);
  return ctx.services.drivers[fleet.driver.type].readLogs(fleet, instanceId, { after, limit }, AbortSignal.timeout(readDeadlineMs));
}
