import {
  AcceptInvitation,
  acceptInvitation,
  type Invitation,
  InvitePerson,
  invitePerson,
  listInvitations,
  OneInvitation,
  OneToken,
  readInvitation,
  withdrawInvitation,
} from "#server/auth/invitations.ts";
import { ChangeAccess, changeAccess, listPeople, OnePerson, type Person, removePerson } from "#server/auth/people.ts";
import { createRouter, procedure, publicProcedure } from "../trpc.ts";

export const peopleRouter = createRouter({
  list: procedure.query(({ ctx }): Promise<Person[]> => listPeople(ctx)),
  changeAccess: procedure.input(ChangeAccess).mutation(({ ctx, input }): Promise<{ ok: true }> => changeAccess(ctx, input)),
  remove: procedure.input(OnePerson).mutation(({ ctx, input }): Promise<{ ok: true }> => removePerson(ctx, input)),
});

export const invitationsRouter = createRouter({
  list: procedure.query(({ ctx }): Promise<Invitation[]> => listInvitations(ctx)),
  create: procedure.input(InvitePerson).mutation(({ ctx, input }): Promise<{ invitationId: string; token: string }> => invitePerson(ctx, input)),
  withdraw: procedure.input(OneInvitation).mutation(({ ctx, input }): Promise<{ ok: true }> => withdrawInvitation(ctx, input)),
  /** Reads; a mutation all the same, since a query's input stands in the address, and addresses are written down. */
  open: publicProcedure
    .input(OneToken)
    .mutation(({ ctx, input }): Promise<{ email: string; invitedBy: string } | null> => readInvitation(ctx.services, input.token)),
  accept: publicProcedure.input(AcceptInvitation).mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
    const { email, cookies } = await acceptInvitation(ctx.services, input, ctx.headers);
    ctx.setCookies([...cookies, ctx.services.devices.remember(email)]);
    return { ok: true };
  }),
});
