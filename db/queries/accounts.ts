import { eq } from "drizzle-orm";
import type { Database } from "../client.ts";
import { user } from "../schema/accounts.ts";

export interface Account {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
}

/** The account of a signed-in person; null for nobody. */
export async function getAccount(db: Database, userId: string | null): Promise<Account | null> {
  if (userId === null) return null;
  const [row] = await db.select({ userId: user.id, name: user.name, email: user.email }).from(user).where(eq(user.id, userId));
  return row ?? null;
}
