import { verifyPassword } from "better-auth/crypto";
import { and, desc, eq, gt, ne } from "drizzle-orm";
import { z } from "zod";
import type { Transaction } from "#db/client.ts";
import { account, session, user } from "#db/schema/accounts.ts";
import { Failure } from "#domain/failure.ts";
import { Password } from "#domain/password.ts";
import { writeAudit } from "./audit.ts";
import { auditedOwn } from "./audited-own.ts";
import { authorize } from "./authorize.ts";
import type { SessionContext } from "./context.ts";
import { hashNewPassword } from "./password.ts";
import { runVerb } from "./verb.ts";

/** Where somebody is signed in. */
export interface OpenSession {
  readonly sessionId: string;
  /** The one that asks. */
  readonly isThis: boolean;
  /** As the browser names itself; hostile input: show as text. */
  readonly userAgent: string | null;
  readonly address: string | null;
  readonly since: number;
  readonly expiresAt: number;
}

/** A browser says up to 8 KiB of itself; nobody reads so much. */
const userAgentMax = 300;
const sessionsMax = 100;

export const ListSessions = z.object({ userId: z.string().min(1).max(64).optional() });
export type ListSessions = z.infer<typeof ListSessions>;
export const EndSession = z.object({ sessionId: z.string().min(1).max(64) });
export type EndSession = z.infer<typeof EndSession>;
export const ChangePassword = z.object({ password: z.string({ error: "Give your current password." }).max(1_000), newPassword: Password });
export type ChangePassword = z.infer<typeof ChangePassword>;

/** One's own sessions, newest first, or another person's. */
export async function listSessions(ctx: SessionContext, input: ListSessions): Promise<OpenSession[]> {
  const userId = input.userId ?? ctx.userId ?? "";
  if (userId !== ctx.userId) authorize(ctx, "person.read");
  const rows = await ctx.services.db
    .select()
    .from(session)
    .where(and(eq(session.userId, userId), gt(session.expiresAt, new Date())))
    .orderBy(desc(session.createdAt))
    .limit(sessionsMax);
  return rows.map(({ id, userAgent, ipAddress, createdAt, expiresAt }) => ({
    sessionId: id,
    isThis: id === ctx.session.sessionId,
    userAgent: userAgent?.slice(0, userAgentMax) || null,
    address: ipAddress || null,
    since: createdAt.getTime(),
    expiresAt: expiresAt.getTime(),
  }));
}

/** Signs somebody out somewhere: oneself, or, for an admin, anybody. Its sockets are cut within seconds. */
export async function endSession(ctx: SessionContext, { sessionId }: EndSession): Promise<{ ok: true }> {
  const [found] = await ctx.services.db.select({ userId: session.userId }).from(session).where(eq(session.id, sessionId));
  const end = async (tx: Transaction): Promise<{ ok: true }> => {
    const gone = await tx.delete(session).where(eq(session.id, sessionId)).returning({ id: session.id });
    if (gone.length === 0) throw new Failure("not-found", "This session has ended already.");
    return { ok: true };
  };
  const target = `user:${found?.userId ?? "unknown"}`;
  if (found?.userId !== ctx.userId) return runVerb(ctx, { permission: "session.end", target, detail: { sessionId } }, end);
  return auditedOwn(ctx, { action: "session.end", detail: { sessionId } }, () =>
    ctx.services.db.transaction(async (tx) => {
      const ended = await end(tx);
      await writeAudit(tx, ctx, "session.end", target, { sessionId, own: true });
      return ended;
    }),
  );
}

/** Sets one's own password and ends every session but the one that asks. Refused without the current one. */
export async function changePassword(ctx: SessionContext, { password, newPassword }: ChangePassword): Promise<{ ended: number }> {
  const { db, brake } = ctx.services;
  return auditedOwn(ctx, { action: "password.change" }, async (userId) => {
    const ofPerson = and(eq(account.userId, userId), eq(account.providerId, "credential"));
    const [known] = await db
      .select({ hash: account.password, name: user.name, email: user.email })
      .from(account)
      .innerJoin(user, eq(user.id, account.userId))
      .where(ofPerson);
    if (!known?.hash) throw new Failure("conflict", "This account has no password: it signs in through the provider.");
    // Whoever sits down at somebody's open browser guesses no faster than at the sign-in page.
    const tried = { email: known.email, address: "", device: "password.change" };
    const waitMs = brake.begin(tried);
    if (waitMs > 0) throw new Failure("limit", `Too many wrong tries. Try again in ${Math.ceil(waitMs / 1_000)} seconds.`);
    if (!(await verifyPassword({ hash: known.hash, password }))) throw wrongPassword();
    brake.succeeded(tried);
    const hash = await hashNewPassword(newPassword, known, "newPassword");
    return db.transaction(async (tx) => {
      await tx.update(account).set({ password: hash, updatedAt: new Date() }).where(ofPerson);
      const others = and(eq(session.userId, userId), ne(session.id, ctx.session.sessionId));
      const ended = (await tx.delete(session).where(others).returning({ id: session.id })).length;
      await writeAudit(tx, ctx, "password.change", `user:${userId}`, { endedSessions: ended });
      return { ended };
    });
  });
}

function wrongPassword(): Failure {
  const message = "This is not your current password.";
  return new Failure("invalid", message, [{ field: "password", message }]);
}
