import { createRouter, publicProcedure } from "../trpc.ts";

/** The account of a signed-in person. */
export interface Account {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
}

export const sessionRouter = createRouter({
  current: publicProcedure.query(({ ctx }): Account | null => {
    if (ctx.session === null) return null;
    const { userId, name, email } = ctx.session.session;
    return { userId, name, email };
  }),
});
