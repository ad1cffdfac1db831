import { runVerb } from "#server/auth/verb.ts";
import type { Context } from "#server/context.ts";

/** Ends the local runtime and every instance it runs. Fleets stay on record; their instances start with the next runtime. */
export async function stopRuntime(ctx: Context): Promise<{ ok: true }> {
  await runVerb(ctx, { permission: "runtime.stop", target: "runtime:local" }, () => ctx.services.local.stop());
  return { ok: true };
}
