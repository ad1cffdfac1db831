import { and, asc, eq, gt, lte, sql } from "drizzle-orm";
import { v7 as createId } from "uuid";
import { z } from "zod";
import type { Queryable, Transaction } from "#db/client.ts";
import { account, user } from "#db/schema/accounts.ts";
import { invitation } from "#db/schema/people.ts";
import { Access } from "#domain/access.ts";
import { formatActor } from "#domain/actor.ts";
import { Failure } from "#domain/failure.ts";
import { Email, Id, Name } from "#domain/names.ts";
import { Password } from "#domain/password.ts";
import type { Context } from "#server/context.ts";
import type { Services } from "#server/services.ts";
import { writeAccess } from "./access.ts";
import { writeAudit } from "./audit.ts";
import { authorize } from "./authorize.ts";
import { createLinkToken, hashLinkToken } from "./link-token.ts";
import { hashNewPassword } from "./password.ts";
import { runVerb } from "./verb.ts";

const validForDays = 7;
/** Open at one time. */
const invitationsMax = 100;

export const InvitePerson = z.object({ email: Email, access: Access });
export type InvitePerson = z.infer<typeof InvitePerson>;
export const OneInvitation = z.object({ invitationId: Id });
export type OneInvitation = z.infer<typeof OneInvitation>;
const Token = z.string().max(256);
export const OneToken = z.object({ token: Token });
export const AcceptInvitation = z.object({ token: Token, name: Name, password: Password });
export type AcceptInvitation = z.infer<typeof AcceptInvitation>;

/** One that nobody has followed yet. */
export interface Invitation {
  readonly invitationId: string;
  readonly email: string;
  readonly access: Access;
  readonly invitedBy: string;
  readonly expiresAt: number;
}

/** Makes a link for one person, valid for a week and once. The token is in this answer and nowhere else. */
export async function invitePerson(ctx: Context, { email, access }: InvitePerson): Promise<{ invitationId: string; token: string }> {
  return runVerb(ctx, { permission: "person.invite", target: `email:${email}`, detail: { access } }, async (tx) => {
    await refuseKnown(tx, email);
    await tx.delete(invitation).where(lte(invitation.expiresAt, sql`now()`));
    // A new link to the same address makes the one before void.
    await tx.delete(invitation).where(eq(invitation.email, email));
    if ((await tx.$count(invitation)) >= invitationsMax)
      throw new Failure("limit", `${invitationsMax} invitations are open. Withdraw one that is not needed any more first.`);
    const token = createLinkToken();
    const invitationId = createId();
    const expiresAt = sql<Date>`now() + ${validForDays}::int * interval '1 day'`;
    await tx.insert(invitation).values({ invitationId, hash: hashLinkToken(token), email, access, invitedBy: formatActor(ctx.actor), expiresAt });
    return { invitationId, token };
  });
}

export async function listInvitations(ctx: Context): Promise<Invitation[]> {
  authorize(ctx, "person.read");
  const rows = await ctx.services.db.select().from(invitation).where(isOpen).orderBy(asc(invitation.createdAt));
  return rows.map(({ invitationId, email, access, invitedBy, expiresAt }) => ({
    invitationId,
    email,
    access,
    invitedBy,
    expiresAt: expiresAt.getTime(),
  }));
}

/** Makes a link void before somebody follows it. */
export async function withdrawInvitation(ctx: Context, { invitationId }: OneInvitation): Promise<{ ok: true }> {
  const isIt = eq(invitation.invitationId, invitationId);
  const [found] = await ctx.services.db.select({ email: invitation.email }).from(invitation).where(isIt);
  const target = found ? `email:${found.email}` : `invitation:${invitationId}`;
  return runVerb(ctx, { permission: "person.invite", target, detail: { withdrawn: true } }, async (tx) => {
    const gone = await tx.delete(invitation).where(isIt).returning({ email: invitation.email });
    if (gone.length === 0) throw new Failure("not-found", "There is no such invitation any more. It was used, withdrawn or has expired.");
    return { ok: true };
  });
}

/** Whom a link is for; null once it is not valid any more. Asked by somebody who is not signed in. */
export async function readInvitation({ db }: Pick<Services, "db">, token: string): Promise<{ email: string; invitedBy: string } | null> {
  const found = await findInvitation(db, token);
  return found && { email: found.email, invitedBy: found.invitedBy };
}

async function findInvitation(db: Queryable, token: string) {
  const columns = { email: invitation.email, invitedBy: invitation.invitedBy, access: invitation.access };
  const [row] = await db.select(columns).from(invitation).where(matches(token));
  return row ?? null;
}

/** Makes the account that a link is for, with its roles, and signs it in: returns the cookies to set. */
export async function acceptInvitation(
  services: Pick<Services, "db" | "auth" | "config">,
  { token, name, password }: AcceptInvitation,
  headers: Headers,
): Promise<{ email: string; cookies: readonly string[] }> {
  const { db, auth } = services;
  // Before the costly hash, so that a wrong token costs nothing.
  const invited = await findInvitation(db, token);
  if (!invited) throw notValid();
  const { email } = invited;
  refusePassword(services, invited.access);
  const hash = await hashNewPassword(password, { name, email });
  await db.transaction(async (tx) => {
    const [taken] = await tx.delete(invitation).where(matches(token)).returning();
    if (!taken) throw notValid();
    await refuseKnown(tx, email);
    const userId = createId();
    await tx.insert(user).values({ id: userId, name, email });
    await tx.insert(account).values({ id: createId(), accountId: userId, providerId: "credential", userId, password: hash });
    await writeAccess(tx, userId, taken.access);
    const actor = { type: "person", userId, name } as const;
    await writeAudit(tx, { actor }, "account.create", `user:${userId}`, { invitationId: taken.invitationId, invitedBy: taken.invitedBy });
  });
  const signedIn = await auth.api.signInEmail({ body: { email, password }, headers, returnHeaders: true });
  return { email, cookies: signedIn.headers.getSetCookie() };
}

/** A password that could not be used is not set: whoever comes from the provider has the invitation all the same. */
function refusePassword({ config: { sso, passwords } }: Pick<Services, "config">, { defaultRole }: Access): void {
  if (passwords === "everyone" || defaultRole === "admin") return;
  throw new Failure("not-allowed", `Only admins have passwords here. Sign in with ${sso?.name ?? "the provider"}: your invitation counts then.`);
}

async function refuseKnown(tx: Transaction | Queryable, email: string): Promise<void> {
  const [known] = await tx.select({ name: user.name }).from(user).where(eq(user.email, email));
  if (!known) return;
  throw new Failure("conflict", `${known.name} has an account with this address already.`, [
    { field: "email", message: `This is ${known.name}'s address. Change their roles instead.` },
  ]);
}

const isOpen = gt(invitation.expiresAt, sql`now()`);

function matches(token: string) {
  return and(eq(invitation.hash, hashLinkToken(token)), isOpen);
}

function notValid(): Failure {
  const message = "This invitation is not valid any more: it was used, withdrawn, or is older than a week. Ask for a new link.";
  return new Failure("not-allowed", message, [{ field: "token", message }]);
}
