import { CreateFirstAccount, createFirstAccount, isSetupNeeded } from "#server/auth/setup.ts";
import { createRouter, publicProcedure } from "../trpc.ts";

export const setupRouter = createRouter({
  state: publicProcedure.query(async ({ ctx }): Promise<{ needed: boolean }> => ({ needed: await isSetupNeeded(ctx.services) })),
  create: publicProcedure.input(CreateFirstAccount).mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
    const cookies = await createFirstAccount(ctx.services, input, ctx.headers);
    ctx.setCookies([...cookies, ctx.services.devices.remember(input.email)]);
    return { ok: true };
  }),
});
