import type { Permission } from "#domain/actor.ts";
import { Failure } from "#domain/failure.ts";
import type { Context } from "#server/context.ts";
import { writeAudit } from "./audit.ts";
import { authorize } from "./authorize.ts";

export interface Attempt {
  /** The audit action is the permission. */
  readonly permission: Permission;
  readonly alsoNeeds?: readonly Permission[];
  readonly target: string;
  /** Never holds a secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Asks for the permissions and goes on to `act`. What is refused, here or there, is written to the audit. */
export async function audited<Result>(ctx: Context, attempt: Attempt, act: () => Promise<Result>): Promise<Result> {
  const { db, log } = ctx.services;
  try {
    for (const permission of [attempt.permission, ...(attempt.alsoNeeds ?? [])]) authorize(ctx, permission);
    return await act();
  } catch (error) {
    if (error instanceof Failure && error.code !== "internal") {
      const detail = { ...attempt.detail, requestId: ctx.requestId, refusal: error.code };
      await writeAudit(db, ctx, attempt.permission, attempt.target, detail, "refused").catch((err: unknown) =>
        log.warn({ err }, "A refusal could not be written to the audit."),
      );
    }
    throw error;
  }
}
