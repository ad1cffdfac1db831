import type { Protection } from "#domain/protection.ts";
import { listProtections, ProtectEnvironment, protectEnvironment } from "#server/auth/protection.ts";
import { createRouter, procedure } from "../trpc.ts";

export const environmentsRouter = createRouter({
  /** Only those that the caller sees. */
  list: procedure.query(({ ctx }): Promise<Protection[]> => listProtections(ctx)),
  protect: procedure.input(ProtectEnvironment).mutation(({ ctx, input }): Promise<{ ok: true }> => protectEnvironment(ctx, input)),
});
