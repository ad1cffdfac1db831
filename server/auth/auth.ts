import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { betterAuth } from "better-auth/minimal";
import { v7 as createId } from "uuid";
import { z } from "zod";
import { type Database, schema } from "#db/client.ts";
import { passwordLengthMax, passwordLengthMin } from "#domain/password-length.ts";
import type { Logger } from "#server/log.ts";

export interface AuthOptions {
  readonly db: Database;
  readonly secret: string;
  /** The console's own origin. */
  readonly url: string;
  /** Every origin the console is opened from. */
  readonly origins: readonly string[];
  readonly log: Logger;
}

/** Set by http.ts for each request and never taken from one: whose tries are counted, and where a session was begun. */
export const clientAddressHeader = "x-tideline-client-address";

const sessionSeconds = 7 * 24 * 3_600;
export type Auth = ReturnType<typeof createAuth>;

/**
 * `signInProven`: a session for a person who has proven who they are otherwise, at a provider. It has no path: no request
 * reaches it.
 */
const provenSignIn = {
  id: "proven-sign-in",
  endpoints: {
    signInProven: createAuthEndpoint.serverOnly({ method: "POST", body: z.object({ userId: z.string() }) }, async (ctx) => {
      const { internalAdapter } = ctx.context;
      const user = await internalAdapter.findUserById(ctx.body.userId);
      if (!user) throw ctx.error("UNAUTHORIZED");
      const session = await internalAdapter.createSession(user.id);
      await setSessionCookie(ctx, { session, user });
      return ctx.json({ ok: true });
    }),
  },
};

/** Email and password, sessions in the database, nobody signs up by themselves. */
export function createAuth({ db, secret, url, origins, log }: AuthOptions) {
  const secure = url.startsWith("https://");
  return betterAuth({
    appName: "Tideline",
    baseURL: url,
    basePath: "/api/auth",
    secret,
    trustedOrigins: [...origins],
    database: drizzleAdapter(db, { provider: "pg", schema, transaction: true }),
    emailAndPassword: {
      enabled: true,
      // Over HTTP. The first account is made by setup.ts, with its token.
      disableSignUp: true,
      minPasswordLength: passwordLengthMin,
      maxPasswordLength: passwordLengthMax,
    },
    session: { expiresIn: sessionSeconds, disableSessionRefresh: true, cookieCache: { enabled: false } },
    plugins: [provenSignIn],
    // sign-in-brake.ts slows tries down, by account as well as by address.
    rateLimit: { enabled: false },
    advanced: {
      // With __Host- in the prefix the library's own __Secure- would come first and break it.
      useSecureCookies: false,
      cookiePrefix: secure ? "__Host-tideline" : "tideline",
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", secure, path: "/" },
      database: { generateId: () => createId() },
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
    },
    telemetry: { enabled: false },
    // Its arguments may hold what a person typed: only the message is kept.
    logger: { level: "warn", log: (level, message) => log[level]({ part: "auth" }, message) },
  });
}
