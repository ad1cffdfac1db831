import { v7 as createId } from "uuid";
import { z } from "zod";
import { account, user } from "#db/schema/accounts.ts";
import { Failure } from "#domain/failure.ts";
import { Email, Name } from "#domain/names.ts";
import { Password } from "#domain/password.ts";
import { noAccess } from "#domain/role.ts";
import type { Services } from "#server/services.ts";
import { writeAccess } from "./access.ts";
import { writeAudit } from "./audit.ts";
import { hashNewPassword } from "./password.ts";
import { hasAccount, isSetupToken, takeSetupToken } from "./setup-token.ts";

export const CreateFirstAccount = z.object({
  token: z.string().max(256),
  name: Name,
  email: Email,
  password: Password,
});
export type CreateFirstAccount = z.infer<typeof CreateFirstAccount>;

type SetupServices = Pick<Services, "db" | "auth">;

/** True until the first account exists. */
export async function isSetupNeeded(services: Pick<Services, "db">): Promise<boolean> {
  return !(await hasAccount(services.db));
}

/**
 * Makes the first account with the token of the printed link, and signs it in: returns the cookies to set. Token and
 * account are one transaction, so a token makes one account or stays.
 */
export async function createFirstAccount(services: SetupServices, input: CreateFirstAccount, headers: Headers): Promise<readonly string[]> {
  const { db, auth } = services;
  if (await hasAccount(db)) throw new Failure("conflict", "This Tideline has its first account already. Sign in instead.");
  // Before the costly hash, so that a wrong token costs nothing.
  if (!(await isSetupToken(db, input.token))) throw notValid();
  const password = await hashNewPassword(input.password, input);
  await db.transaction(async (tx) => {
    if (!(await takeSetupToken(tx, input.token)) || (await hasAccount(tx))) throw notValid();
    const userId = createId();
    await tx.insert(user).values({ id: userId, name: input.name, email: input.email });
    await tx.insert(account).values({ id: createId(), accountId: userId, providerId: "credential", userId, password });
    await writeAccess(tx, userId, { ...noAccess, defaultRole: "admin" });
    const actor = { type: "person", userId, name: input.name } as const;
    await writeAudit(tx, { actor }, "account.create", `user:${userId}`, { first: true });
  });
  const signedIn = await auth.api.signInEmail({ body: { email: input.email, password: input.password }, headers, returnHeaders: true });
  return signedIn.headers.getSetCookie();
}

function notValid(): Failure {
  const message = "This setup link is not valid any more. Restart Tideline and open the link it prints.";
  return new Failure("not-allowed", message, [{ field: "token", message }]);
}
