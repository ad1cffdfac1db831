import { getAccount, type Account } from "#db/queries/accounts.ts";
import { createRouter, publicProcedure } from "../trpc.ts";

export const sessionRouter = createRouter({
  current: publicProcedure.query(
    ({ ctx }): Promise<Account | null> => getAccount(ctx.services.db, ctx.session?.userId ?? null),
  ),
});
