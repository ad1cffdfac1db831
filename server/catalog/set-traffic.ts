import { z } from "zod";
import { environmentOfFleet } from "#db/queries/environments.ts";
import { getFleetRow } from "#db/queries/fleets.ts";
import { Failure } from "#domain/failure.ts";
import { Id } from "#domain/names.ts";
import { runVerb } from "#server/auth/verb.ts";
import type { Context } from "#server/context.ts";

/** What the generator may do at most: enough to see evidence, too little to hurt the machine. */
export const trafficPerSecondMax = 300;

export const SetTraffic = z.object({
  fleetId: Id,
  requestsPerSecond: z
    .number({ error: "Give a number of requests per second." })
    .int({ error: "Use a whole number of requests per second." })
    .min(0, { error: "Use 0 to switch the traffic off." })
    .max(trafficPerSecondMax, { error: `At most ${trafficPerSecondMax} requests per second.` }),
});
export type SetTraffic = z.infer<typeof SetTraffic>;

/** Sets how much made-up traffic a local fleet gets. 0 switches it off. */
export async function setTraffic(ctx: Context, { fleetId, requestsPerSecond }: SetTraffic): Promise<{ ok: true }> {
  const environment = () => environmentOfFleet(ctx.services.db, fleetId);
  await runVerb(ctx, { permission: "traffic.set", environment, target: `fleet:${fleetId}`, detail: { requestsPerSecond } }, async (tx) => {
    const { fleet } = await getFleetRow(tx, fleetId);
    if (fleet.balancer.type !== "embedded")
      throw new Failure("invalid", "Made-up traffic goes to the load balancer of this machine, and this fleet has another. Send it some yourself.");
    await ctx.services.local.setTraffic(fleetId, requestsPerSecond);
  });
  return { ok: true };
}
