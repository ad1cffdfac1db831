import { formatActor } from "#domain/actor.ts";
import type { Access } from "#domain/role.ts";
import { hasPassword } from "#server/auth/password.ts";
import { ChangePassword, changePassword, EndSession, endSession, ListSessions, listSessions, type OpenSession } from "#server/auth/sessions.ts";
import { createRouter, personProcedure, publicProcedure } from "../trpc.ts";

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
    if (ctx.caller === null) return null;
    const { userId, actor, email, access, grantors } = ctx.caller;
    const name = actor.type === "person" ? actor.name : formatActor(actor);
    return { userId, name, email, access, grantors, hasPassword: await hasPassword(ctx.services.db, userId) };
  }),
  list: personProcedure.input(ListSessions).query(({ ctx, input }): Promise<OpenSession[]> => listSessions(ctx, input)),
  end: personProcedure.input(EndSession).mutation(({ ctx, input }): Promise<{ ok: true }> => endSession(ctx, input)),
  changePassword: personProcedure.input(ChangePassword).mutation(({ ctx, input }): Promise<{ ended: number }> => changePassword(ctx, input)),
});
