import type { Access } from "#domain/role.ts";
import { hasPassword } from "#server/auth/password.ts";
import { ChangePassword, changePassword, EndSession, endSession, ListSessions, listSessions, type OpenSession } from "#server/auth/sessions.ts";
import { createRouter, procedure, publicProcedure } from "../trpc.ts";

/** The account of a signed-in person, and what they may do, by which the buttons are told. */
export interface Account {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly access: Access;
  readonly grantors: readonly string[];
  /** False for whoever only signs in through the provider. */
  readonly hasPassword: boolean;
}

export const sessionRouter = createRouter({
  current: publicProcedure.query(async ({ ctx }): Promise<Account | null> => {
    if (ctx.session === null) return null;
    const { userId, name, email } = ctx.session.session;
    const { access, grantors } = ctx.session;
    return { userId, name, email, access, grantors, hasPassword: await hasPassword(ctx.services.db, userId) };
  }),
  list: procedure.input(ListSessions).query(({ ctx, input }): Promise<OpenSession[]> => listSessions(ctx.session, input)),
  end: procedure.input(EndSession).mutation(({ ctx, input }): Promise<{ ok: true }> => endSession(ctx.session, input)),
  changePassword: procedure.input(ChangePassword).mutation(({ ctx, input }): Promise<{ ended: number }> => changePassword(ctx.session, input)),
});
