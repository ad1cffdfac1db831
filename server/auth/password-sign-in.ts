import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "#db/client.ts";
import { session } from "#db/schema/accounts.ts";
import type { Config } from "#server/config.ts";
import { readAccess } from "./access.ts";
import { writeAudit } from "./audit.ts";

/** better-auth's answer to a right password. */
const SignedIn = z.object({ token: z.string(), user: z.object({ id: z.string(), name: z.string() }) });

/**
 * Writes down that somebody signed in with a password. Where only admins may, the session of anybody else ends before its
 * cookie is sent: false. An admin gets in this way whatever has become of the provider.
 */
export async function beginWithPassword(
  { db, passwords }: { readonly db: Database; readonly passwords: Config["passwords"] },
  signedIn: unknown,
  address: string,
): Promise<boolean> {
  const { token, user } = SignedIn.parse(signedIn);
  const { access } = await readAccess(db, user.id);
  const mayBegin = passwords === "everyone" || access.defaultRole === "admin";
  const actor = { type: "person", userId: user.id, name: user.name } as const;
  await db.transaction(async (tx) => {
    if (!mayBegin) await tx.delete(session).where(eq(session.token, token));
    await writeAudit(tx, { actor }, "session.begin", `user:${user.id}`, { by: "password", address }, mayBegin ? "done" : "refused");
  });
  return mayBegin;
}
