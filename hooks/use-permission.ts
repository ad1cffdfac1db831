"use client";

import { type Freeze, isFreezeOf } from "#domain/fleet.ts";
import { type EnvironmentPermission, type WidePermission, whyNotAllowed } from "#domain/role.ts";
import { useSession } from "./session.tsx";

/** Why the signed-in person may not do this, as a sentence that names the role and who can give it; null when they may. */
export function useWhyNotAllowed(permission: EnvironmentPermission, environment: string): string | null;
export function useWhyNotAllowed(permission: WidePermission): string | null;
export function useWhyNotAllowed(permission: EnvironmentPermission | WidePermission, environment?: string): string | null {
  const { access, grantors } = useSession();
  return whyNotAllowed(access, permission, environment ?? null, grantors);
}

/** Why the signed-in person may not freeze the fleet, or change the freeze that it has: of somebody else's they need more. */
export function useWhyNotThaw({ environment, freeze }: { readonly environment: string; readonly freeze: Freeze | null }): string | null {
  const { userId } = useSession();
  const permission = freeze && !isFreezeOf(freeze, userId) ? "freeze.override" : "fleet.freeze";
  return useWhyNotAllowed(permission, environment);
}
