import { Failure } from "#domain/failure.ts";
import type { EnvironmentPermission, WidePermission } from "#domain/role.ts";
import type { Context } from "#server/context.ts";
import { writeAudit } from "./audit.ts";
import { authorize } from "./authorize.ts";

/** Where the thing is that is touched, or how to find out. */
type Environment = string | (() => Promise<string>);

/** The audit action is the permission. */
type Asked =
  | { readonly permission: EnvironmentPermission; readonly environment: Environment }
  | { readonly permission: WidePermission; readonly environment?: undefined };

export type Attempt = Asked & {
  readonly alsoNeeds?: readonly WidePermission[];
  readonly target: string;
  /** Never holds a secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
};

/** Asks for the permissions and goes on to `act`. What is refused, here or there, is written to the audit. */
export async function audited<Result>(ctx: Context, attempt: Attempt, act: () => Promise<Result>): Promise<Result> {
  try {
    if (attempt.environment === undefined) authorize(ctx, attempt.permission);
    else authorize(ctx, attempt.permission, await placeOf(attempt.environment));
    for (const permission of attempt.alsoNeeds ?? []) authorize(ctx, permission);
    return await act();
  } catch (error) {
    await auditRefusal(ctx, { ...attempt, action: attempt.permission }, error);
    throw error;
  }
}

interface Refused {
  readonly action: string;
  readonly target: string;
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
}

/** Writes a refusal down; what is a bug of ours is for the log. */
export async function auditRefusal(ctx: Context, { action, target, detail }: Refused, error: unknown): Promise<void> {
  if (!(error instanceof Failure) || error.code === "internal") return;
  const { db, log } = ctx.services;
  await writeAudit(db, ctx, action, target, { ...detail, requestId: ctx.requestId, refusal: error.code }, "refused").catch((err: unknown) =>
    log.warn({ err }, "A refusal could not be written to the audit."),
  );
}

async function placeOf(environment: Environment): Promise<string> {
  return typeof environment === "string" ? environment : environment();
}
