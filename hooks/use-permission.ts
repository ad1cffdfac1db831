"use client";

import { type EnvironmentPermission, type WidePermission, whyNotAllowed } from "#domain/role.ts";
import { useSession } from "./session.tsx";

/** Why the signed-in person may not do this, as a sentence that names the role and who can give it; null when they may. */
export function useWhyNotAllowed(permission: EnvironmentPermission, environment: string): string | null;
export function useWhyNotAllowed(permission: WidePermission): string | null;
export function useWhyNotAllowed(permission: EnvironmentPermission | WidePermission, environment?: string): string | null {
  const { access, grantors } = useSession();
  return whyNotAllowed(access, permission, environment ?? null, grantors);
}
