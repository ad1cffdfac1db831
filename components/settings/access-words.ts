import type { Access, GrantablePermission, Role } from "#domain/role.ts";

/** What each role may do, on the screens: see the table in domain/role.ts. */
export const roleMeanings = {
  viewer: "sees fleets, rollouts and plans",
  operator: "also starts, pauses and rolls back rollouts, scales and freezes, saves plans",
  approver: "also approves gates, and starts of others",
  admin: "also connects and removes fleets, defines commands and lifts freezes of others; in all environments also manages people",
} as const satisfies Record<Role, string>;

export const grantMeanings = {
  "command.define": "Define commands: record releases and hooks, which run code on this machine",
  "freeze.override": "Override freezes: lift somebody else's, or put another in its place",
} as const satisfies Record<GrantablePermission, string>;

/** "admin in production, viewer elsewhere". */
export function formatAccess({ defaultRole, roles }: Access): string {
  const named = Object.entries(roles).map(([environment, role]) => `${role ?? "no role"} in ${environment}`);
  if (named.length === 0) return defaultRole === null ? "no role yet" : `${defaultRole} in all environments`;
  return [...named, `${defaultRole ?? "no role"} elsewhere`].join(", ");
}
