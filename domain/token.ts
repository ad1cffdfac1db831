import { z } from "zod";
import { Access } from "./access.ts";
import { Id, Name } from "./names.ts";
import { type Role, roleIn, roles, weakest } from "./role.ts";

/** Of days that a token is valid for; none is for ever. */
export const tokenDays = [7, 30, 90, 365] as const;
export const tokenDaysMax = 366;

export const CreateToken = z.object({
  name: Name,
  /** The most that it may do. What its owner may no longer do it may not either. */
  access: Access,
  days: z
    .number({ error: "Say for how many days it is valid." })
    .int({ error: "Use whole days." })
    .min(1, { error: "A token is valid for at least a day." })
    .max(tokenDaysMax, { error: `A token is valid for at most ${tokenDaysMax} days.` }),
});
export type CreateToken = z.infer<typeof CreateToken>;
/** `everybody`: for whoever may revoke the tokens of others. */
export const ListTokens = z.object({ everybody: z.boolean().default(false) });
export type ListTokens = z.infer<typeof ListTokens>;
export const OneToken = z.object({ tokenId: Id });
export type OneToken = z.infer<typeof OneToken>;

/** As it is listed: the token itself is shown once, when it is made. */
export interface ApiToken {
  readonly tokenId: string;
  readonly name: string;
  readonly access: Access;
  readonly ownerId: string;
  readonly ownerName: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** To the minute; null until it is used. */
  readonly lastUsedAt: number | null;
}

/** What a token may do now: the weaker of its scope and of what its owner may, in each environment. */
export function limitAccess(own: Access, scope: Access): Access {
  return {
    defaultRole: weakest(own.defaultRole, scope.defaultRole),
    roles: Object.fromEntries(environmentsOf(own, scope).map((name) => [name, weakest(roleIn(own, name), roleIn(scope, name))])),
    granted: scope.granted.filter((permission) => own.granted.includes(permission) || isAdminThroughout(own)),
  };
}

/** Why a scope is more than its maker may do, as a sentence; null when it is not. */
export function whyBeyond(own: Access, scope: Access): string | null {
  const limited = limitAccess(own, scope);
  const places = [...environmentsOf(own, scope).map((name) => [name, roleIn(own, name), roleIn(scope, name)] as const), elsewhereOf(own, scope)];
  const beyond = places.find(([, held, asked]) => rankOf(asked) > rankOf(held));
  if (beyond) return `You are ${beyond[1] ?? "without a role"} ${placeOf(beyond[0])}: a token of yours cannot be ${beyond[2]} there.`;
  const permission = scope.granted.find((each) => !limited.granted.includes(each));
  return permission ? `You do not hold ${permission} yourself.` : null;
}

function elsewhereOf(own: Access, scope: Access): readonly [null, Role | null, Role | null] {
  return [null, own.defaultRole, scope.defaultRole];
}

function placeOf(environment: string | null): string {
  return environment === null ? "in the environments that are not named" : `in ${environment}`;
}

function environmentsOf(own: Access, scope: Access): string[] {
  return [...new Set([...Object.keys(own.roles), ...Object.keys(scope.roles)])].sort();
}

/** An admin holds what can be granted anyway. */
function isAdminThroughout({ defaultRole, roles: named }: Access): boolean {
  return [defaultRole, ...Object.values(named)].every((role) => role === "admin");
}

function rankOf(role: Role | null): number {
  return role === null ? -1 : roles.indexOf(role);
}
