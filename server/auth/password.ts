import { hashPassword } from "better-auth/crypto";
import { and, eq } from "drizzle-orm";
import type { Queryable } from "#db/client.ts";
import { account } from "#db/schema/accounts.ts";
import { Failure } from "#domain/failure.ts";
import { type PasswordOwner, whyGuessable } from "#domain/password.ts";

let common: Promise<ReadonlySet<string>> | null = null;

/** The hash of a new password. Throws Failure at `password` for one that somebody would guess. */
export async function hashNewPassword(password: string, owner: PasswordOwner, field = "password"): Promise<string> {
  common ??= readCommon();
  const message = whyGuessable(password, owner, await common);
  if (message !== null) throw new Failure("invalid", message, [{ field, message }]);
  return hashPassword(password);
}

/** False for whoever only ever came from the provider. */
export async function hasPassword(db: Queryable, userId: string): Promise<boolean> {
  const ofPerson = and(eq(account.userId, userId), eq(account.providerId, "credential"));
  return (await db.select({ id: account.id }).from(account).where(ofPerson)).length > 0;
}

/** Read when the first password is set, which a server may never see. */
async function readCommon(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return new Set(dictionary["passwords-common"].map((each) => each.toLowerCase()));
}
