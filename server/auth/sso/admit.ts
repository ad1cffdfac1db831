import { isDeepStrictEqual } from "node:util";
import { and, eq, gt, sql } from "drizzle-orm";
import { v7 as createId } from "uuid";
import type { Database, Transaction } from "#db/client.ts";
import { account, user } from "#db/schema/accounts.ts";
import { invitation } from "#db/schema/people.ts";
import { engineActor } from "#domain/actor.ts";
import { type Access, noAccess } from "#domain/role.ts";
import { accessOfGroups, type SsoSettings } from "#domain/settings/sso.ts";
import { readAccess, writeAccess } from "../access.ts";
import { writeAudit } from "../audit.ts";
import { hasPassword } from "../password.ts";
import type { Identity } from "./identity.ts";
import { SsoRefusal } from "./refusal.ts";

export interface Admitted {
  readonly userId: string;
  readonly name: string;
}

/**
 * Finds the account of whoever came from the provider, or makes one. An account that was made here has a password: the
 * provider's people sign in to it by their address, if the provider confirms that, and it keeps the roles it was given here.
 * The others get their roles from their groups, at each sign-in, where groups mean something.
 */
export async function admitPerson(db: Database, settings: SsoSettings, identity: Identity): Promise<Admitted> {
  return db.transaction(async (tx) => {
    // Two sign-ins of a new person at once make one account, and changes of people wait for each other.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('tideline.people'))`);
    const admitted =
      (await findLinked(tx, settings, identity)) ?? (await linkByAddress(tx, settings, identity)) ?? (await createAccount(tx, settings, identity));
    if (settings.groupRoles !== null) await followGroups(tx, settings, identity, admitted);
    return admitted;
  });
}

async function findLinked(tx: Transaction, { issuer }: SsoSettings, { subject }: Identity): Promise<Admitted | null> {
  const [row] = await tx
    .select({ userId: user.id, name: user.name })
    .from(account)
    .innerJoin(user, eq(user.id, account.userId))
    .where(and(eq(account.providerId, issuer), eq(account.accountId, subject)));
  return row ?? null;
}

async function linkByAddress(tx: Transaction, settings: SsoSettings, { subject, email, isConfirmed }: Identity): Promise<Admitted | null> {
  const [known] = await tx.select({ userId: user.id, name: user.name }).from(user).where(eq(user.email, email));
  if (!known) return null;
  if (!isConfirmed)
    throw new SsoRefusal("not-confirmed", `${known.name} has an account with this address, and the provider does not confirm it (email_verified).`);
  const [linked] = await tx
    .select({ id: account.id })
    .from(account)
    .where(and(eq(account.userId, known.userId), eq(account.providerId, settings.issuer)));
  if (linked) throw new SsoRefusal("other-person", `The account with this address belongs to another subject at ${settings.name}.`);
  await insertLink(tx, settings, subject, known.userId);
  await writeAudit(tx, { actor: { type: "person", ...known } }, "account.link", `user:${known.userId}`, { by: settings.name });
  return known;
}

async function createAccount(tx: Transaction, settings: SsoSettings, identity: Identity): Promise<Admitted> {
  const created = { userId: createId(), name: identity.name };
  const invited = identity.isConfirmed ? await takeInvitation(tx, identity.email) : null;
  await tx.insert(user).values({ id: created.userId, name: created.name, email: identity.email, emailVerified: identity.isConfirmed });
  await insertLink(tx, settings, identity.subject, created.userId);
  await writeAccess(tx, created.userId, invited?.access ?? { ...noAccess, defaultRole: settings.newcomers });
  const detail = { by: settings.name, ...(invited ? { invitationId: invited.invitationId, invitedBy: invited.invitedBy } : {}) };
  await writeAudit(tx, { actor: { type: "person", ...created } }, "account.create", `user:${created.userId}`, detail);
  return created;
}

async function insertLink(tx: Transaction, { issuer }: SsoSettings, subject: string, userId: string): Promise<void> {
  await tx.insert(account).values({ id: createId(), accountId: subject, providerId: issuer, userId });
}

async function takeInvitation(tx: Transaction, email: string) {
  const isOpen = and(eq(invitation.email, email), gt(invitation.expiresAt, sql`now()`));
  const [taken] = await tx.delete(invitation).where(isOpen).returning();
  return taken ?? null;
}

/** What is given beside the roles is not the provider's. */
async function followGroups(tx: Transaction, settings: SsoSettings, { groups }: Identity, { userId }: Admitted): Promise<void> {
  if (await hasPassword(tx, userId)) return;
  const { access: before } = await readAccess(tx, userId);
  const access: Access = { ...accessOfGroups(settings, groups), granted: before.granted };
  if (isDeepStrictEqual(access, before)) return;
  await writeAccess(tx, userId, access);
  await writeAudit(tx, { actor: engineActor }, "person.change", `user:${userId}`, { access, by: `groups at ${settings.name}` });
}
