import type { Transaction } from "#db/client.ts";
import type { Context } from "#server/context.ts";
import { writeAudit } from "./audit.ts";
import { type Attempt, audited } from "./audited.ts";

/**
 * The skeleton of every verb: authorise, transact, audit. The audit row is part of the transaction; a refusal changes
 * nothing and is written down as well. A Failure thrown by `act` reaches the caller as it is.
 */
export async function runVerb<Result>(ctx: Context, attempt: Attempt, act: (tx: Transaction) => Promise<Result>): Promise<Result> {
  return audited(ctx, attempt, () =>
    ctx.services.db.transaction(async (tx) => {
      const result = await act(tx);
      const detail = { ...attempt.detail, requestId: ctx.requestId };
      await writeAudit(tx, ctx, attempt.permission, attempt.target, detail);
      return result;
    }),
  );
}
