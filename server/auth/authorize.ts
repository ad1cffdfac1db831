import { Failure } from "#domain/failure.ts";
import { can, type EnvironmentPermission, type Permission, type WidePermission, whyNotAllowed } from "#domain/role.ts";
import type { Context } from "#server/context.ts";

type Asking = Pick<Context, "access" | "grantors">;

/**
 * Throws Failure("not-allowed") unless the caller holds the permission, in the environment of the thing touched where the
 * permission is held by environment. The refusal names the role that is missing and who can give it.
 */
export function authorize(ctx: Asking, permission: EnvironmentPermission, environment: string): void;
export function authorize(ctx: Asking, permission: WidePermission): void;
export function authorize(ctx: Asking, permission: Permission, environment?: string): void {
  const refusal = whyNotAllowed(ctx.access, permission, environment ?? null, ctx.grantors);
  if (refusal === null) return;
  throw new Failure("not-allowed", refusal);
}

/** Those of the environments in which the caller sees what there is. */
export function visible(ctx: Pick<Context, "access">, environments: readonly string[]): string[] {
  return environments.filter((environment) => can(ctx.access, "fleet.read", environment));
}
