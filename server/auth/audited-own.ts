import { Failure } from "#domain/failure.ts";
import type { Context } from "#server/context.ts";
import { auditRefusal } from "./audited.ts";

export interface OwnAct {
  /** The audit action. */
  readonly action: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/**
 * What a person does to their own account needs no role, and leaves a line in the audit all the same. `act` gets that
 * person's id, which is the only one that it may touch, and writes the line in its own transaction.
 */
export async function auditedOwn<Result>(ctx: Context, { action, detail }: OwnAct, act: (userId: string) => Promise<Result>): Promise<Result> {
  if (ctx.userId === null) throw new Failure("not-allowed", "This belongs to an account: sign in as a person.");
  const { userId } = ctx;
  try {
    return await act(userId);
  } catch (error) {
    await auditRefusal(ctx, { action, target: `user:${userId}`, detail }, error);
    throw error;
  }
}
