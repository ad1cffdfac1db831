import { and, eq, gt, like, lte, or } from "drizzle-orm";
import { v7 as createId } from "uuid";
import type { Database } from "#db/client.ts";
import { verification } from "#db/schema/accounts.ts";
import type { SsoSettings } from "#domain/settings/sso.ts";
import type { SsoTest } from "#domain/sso.ts";
import type { Config } from "#server/config.ts";
import { authorize } from "../authorize.ts";
import type { SessionContext } from "../context.ts";

/** How signing in through a provider is set up, for admins. Holds no secret. */
export interface SsoState {
  /** null: it is not. */
  readonly settings: SsoSettings | null;
  /** What to register at the provider. */
  readonly redirectUri: string;
  readonly passwords: Config["passwords"];
}

/** Claims tell of a person: nobody needs them for long. */
const keptMs = 600_000;
const prefix = "sso-test:";
export const ssoCallbackPath = "/api/auth/sso/callback";

export function readSsoState(ctx: SessionContext): SsoState {
  authorize(ctx, "sso.test");
  const { sso, passwords } = ctx.services.config;
  return { settings: sso, passwords, redirectUri: ctx.services.consoleUrl + ssoCallbackPath };
}

/** What came of the try that this session made last, within ten minutes; null where there was none. */
export async function readSsoTest(ctx: SessionContext): Promise<SsoTest | null> {
  authorize(ctx, "sso.test");
  const isKept = and(eq(verification.identifier, prefix + ctx.session.sessionId), gt(verification.expiresAt, new Date()));
  const [row] = await ctx.services.db.select({ value: verification.value }).from(verification).where(isKept);
  return row ? (JSON.parse(row.value) as SsoTest) : null;
}

/** In the database, since the browser may come back to another server. */
export async function keepSsoTest(db: Database, sessionId: string, test: SsoTest): Promise<void> {
  const identifier = prefix + sessionId;
  const isOld = and(like(verification.identifier, `${prefix}%`), lte(verification.expiresAt, new Date()));
  await db.transaction(async (tx) => {
    await tx.delete(verification).where(or(eq(verification.identifier, identifier), isOld));
    await tx.insert(verification).values({ id: createId(), identifier, value: JSON.stringify(test), expiresAt: new Date(Date.now() + keptMs) });
  });
}
