import type { FleetCommand, RolloutCommand } from "./command.ts";

/** Weakest first: each may do what those before it may, and more. */
export const roles = ["viewer", "operator", "approver", "admin"] as const;
export type Role = (typeof roles)[number];

/**
 * Where a permission is held. `environment`: in that of the thing touched. `anywhere`: things without an environment, such
 * as plans and releases, ask for the highest role that a person has in any. `everywhere`: what reaches all environments
 * asks for the role outside the named ones, or an admin of one could make themselves admin of the others.
 */
type Scope = "environment" | "anywhere" | "everywhere";

/** Every permission, named as the audit action that it allows, with the weakest role that has it. */
const table = {
  "fleet.read": { role: "viewer", scope: "environment" },
  "fleet.create": { role: "admin", scope: "environment" },
  "fleet.remove": { role: "admin", scope: "environment" },
  "fleet.scale": { role: "operator", scope: "environment" },
  "fleet.freeze": { role: "operator", scope: "environment" },
  /** To lift a freeze that somebody else has set, or to put another in its place. */
  "freeze.override": { role: "admin", scope: "environment" },
  "hold.lift": { role: "operator", scope: "environment" },
  "traffic.set": { role: "operator", scope: "environment" },
  "metrics.set": { role: "admin", scope: "environment" },
  /** Where notifications of what happens there go. */
  "notification.set": { role: "admin", scope: "environment" },
  "environment.protect": { role: "admin", scope: "environment" },
  "rollout.start": { role: "operator", scope: "environment" },
  "rollout.command": { role: "operator", scope: "environment" },
  "rollout.approve": { role: "approver", scope: "environment" },
  "plan.read": { role: "viewer", scope: "anywhere" },
  "plan.save": { role: "operator", scope: "anywhere" },
  "release.read": { role: "viewer", scope: "anywhere" },
  "release.record": { role: "operator", scope: "anywhere" },
  /** Runs code on the server: never implied by recording a release or saving a plan. */
  "command.define": { role: "admin", scope: "anywhere" },
  "audit.read": { role: "admin", scope: "everywhere" },
  "runtime.stop": { role: "admin", scope: "everywhere" },
  "person.read": { role: "admin", scope: "everywhere" },
  "person.invite": { role: "admin", scope: "everywhere" },
  "person.change": { role: "admin", scope: "everywhere" },
  "person.remove": { role: "admin", scope: "everywhere" },
  /** Of somebody else; everybody ends their own. */
  "session.end": { role: "admin", scope: "everywhere" },
  /** Of somebody else, whose tokens one then sees; everybody revokes their own. */
  "token.revoke": { role: "admin", scope: "everywhere" },
  /** To see how people sign in through a provider, and to try it. */
  "sso.test": { role: "admin", scope: "everywhere" },
} as const satisfies Record<string, { readonly role: Role; readonly scope: Scope }>;

/** The permission that each command needs; it is also the audit's action. */
export const rolloutPermissions = {
  pause: "rollout.command",
  resume: "rollout.command",
  approve: "rollout.approve",
  skipSoak: "rollout.command",
  retryInstance: "rollout.command",
  skipInstance: "rollout.command",
  rollBack: "rollout.command",
  cancel: "rollout.command",
} as const satisfies Record<RolloutCommand["type"], EnvironmentPermission>;

/** A freeze of somebody else's asks for `freeze.override` in place of `fleet.freeze`. */
export const fleetPermissions = {
  scale: "fleet.scale",
  setFreeze: "fleet.freeze",
  liftFreeze: "fleet.freeze",
  liftHold: "hold.lift",
  setMetrics: "metrics.set",
} as const satisfies Record<FleetCommand["type"], EnvironmentPermission>;

export type Permission = keyof typeof table;
/** Asked for with the environment of the thing touched. */
export type EnvironmentPermission = { [P in Permission]: (typeof table)[P]["scope"] extends "environment" ? P : never }[Permission];
export type WidePermission = Exclude<Permission, EnvironmentPermission>;

/** May be given to a person beside the role; then it holds in every environment in which that person has one. */
export const grantablePermissions = ["command.define", "freeze.override"] as const satisfies readonly Permission[];
export type GrantablePermission = (typeof grantablePermissions)[number];

/** What one person was given. */
export interface Access {
  /** In every environment that `roles` does not name; null: none there. */
  readonly defaultRole: Role | null;
  /** By environment; null: none in this one, whatever the default. */
  readonly roles: Readonly<Record<string, Role | null>>;
  readonly granted: readonly GrantablePermission[];
}

export const noAccess: Access = { defaultRole: null, roles: {}, granted: [] };

export function roleIn(access: Access, environment: string): Role | null {
  const named = Object.hasOwn(access.roles, environment) ? access.roles[environment] : undefined;
  return named === undefined ? access.defaultRole : named;
}

export function can(access: Access, permission: Permission, environment: string | null): boolean {
  const held = roleFor(access, permission, environment);
  if (held === null) return false;
  return isAtLeast(held, table[permission].role) || (access.granted as readonly Permission[]).includes(permission);
}

/** Why not, as a sentence that names the role and who can give it; null when the person may. */
export function whyNotAllowed(access: Access, permission: Permission, environment: string | null, grantors: readonly string[]): string | null {
  if (can(access, permission, environment)) return null;
  const place = placeOf(permission, environment);
  const held = roleFor(access, permission, environment);
  const byItself = (grantablePermissions as readonly Permission[]).includes(permission) && held !== null ? `, or the permission ${permission}` : "";
  const there = table[permission].scope === "environment" ? " there" : "";
  const has = held === null ? `you have none${there}` : `you are ${held}${there}`;
  return `This needs the role ${table[permission].role} ${place}${byItself}; ${has}. ${askSentence(grantors)}`;
}

/** Who can give a role, as the end of a refusal. */
function askSentence(grantors: readonly string[]): string {
  if (grantors.length === 0) return "Ask an admin.";
  const [last, ...before] = grantors.toReversed();
  return before.length === 0 ? `Ask ${last}.` : `Ask ${before.toReversed().join(", ")} or ${last}.`;
}

function placeOf(permission: Permission, environment: string | null): string {
  switch (table[permission].scope) {
    case "environment":
      return `in ${environment ?? "its environment"}`;
    case "anywhere":
      return "in some environment";
    case "everywhere":
      return "in all environments";
  }
}

/** The role that counts for a permission: see `Scope`. */
function roleFor(access: Access, permission: Permission, environment: string | null): Role | null {
  switch (table[permission].scope) {
    case "environment":
      return environment === null ? null : roleIn(access, environment);
    case "anywhere":
      return highestRole(access);
    case "everywhere":
      return access.defaultRole;
  }
}

function highestRole({ defaultRole, roles: named }: Access): Role | null {
  return strongest([defaultRole, ...Object.values(named)]);
}

/** The one that may do less; null where either is none. */
export function weakest(one: Role | null, other: Role | null): Role | null {
  if (one === null || other === null) return null;
  return isAtLeast(one, other) ? other : one;
}

/** The one that may do most; null where there is none. */
export function strongest(held: readonly (Role | null)[]): Role | null {
  return roles.toReversed().find((role) => held.includes(role)) ?? null;
}

function isAtLeast(role: Role, weakest: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(weakest);
}
