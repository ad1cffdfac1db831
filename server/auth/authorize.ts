import type { Permission } from "#domain/actor.ts";
import { Failure } from "#domain/failure.ts";
import type { Context } from "#server/context.ts";

/** Throws Failure("not-allowed") unless the caller holds the permission. The first line of every verb. */
export function authorize(ctx: Pick<Context, "permissions">, permission: Permission): void {
  if (ctx.permissions.has(permission)) return;
  throw new Failure("not-allowed", `Your account may not do this (it needs "${permission}"). Ask an administrator.`);
}
