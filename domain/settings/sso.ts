import { z } from "zod";
import { Role } from "../access.ts";
import { Slug } from "../names.ts";
import { type Access, noAccess, strongest } from "../role.ts";

const groupsMax = 200;
const groupLengthMax = 256;

/** By group, as the provider names it: one role for all environments, or a role by environment. */
export const GroupRoles = z
  .record(z.string().min(1).max(groupLengthMax), z.union([Role, z.record(Slug, Role)]))
  .refine((groups) => Object.keys(groups).length <= groupsMax);
export type GroupRoles = z.infer<typeof GroupRoles>;

/** Where the provider is asked. */
export interface SsoEndpoints {
  readonly authorization: string;
  readonly token: string;
  /** The keys with which it signs. */
  readonly keys: string;
  /** null: all claims are in the identity token. */
  readonly userinfo: string | null;
}

/** How people sign in through an OpenID Connect provider. Holds no secret. */
export interface SsoSettings {
  /** What the button calls the provider. */
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Where the client secret is: `env:NAME` or `file:/PATH`; null for a client that has none. */
  readonly clientSecret: string | null;
  /** How the secret is sent to the token endpoint. */
  readonly clientAuth: "basic" | "post";
  /** null: read from the issuer's discovery document. */
  readonly endpoints: SsoEndpoints | null;
  readonly scopes: string;
  /** The claim that holds a person's groups. */
  readonly groupsClaim: string;
  /** null: roles are given here, and groups mean nothing. */
  readonly groupRoles: GroupRoles | null;
  /** What people have whom nobody invited and no group gives more. */
  readonly newcomers: Role | null;
}

/** What a person's groups give: of several the stronger role in each environment, and nothing less than a newcomer's. */
export function accessOfGroups({ groupRoles, newcomers }: Pick<SsoSettings, "groupRoles" | "newcomers">, groups: readonly string[]): Access {
  const given = groups.filter((group) => Object.hasOwn(groupRoles ?? {}, group)).map((group) => groupRoles?.[group]);
  const everywhere = strongest([newcomers, ...given.filter((each) => typeof each === "string")]);
  const named = given.filter((each) => typeof each === "object");
  const environments = [...new Set(named.flatMap((roles) => Object.keys(roles)))].sort();
  const roles = Object.fromEntries(
    environments.map((environment) => [environment, strongest([everywhere, ...named.map((each) => each[environment] ?? null)])]),
  );
  return { ...noAccess, defaultRole: everywhere, roles };
}
