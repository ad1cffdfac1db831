import { z } from "zod";
import { GroupRoles, type SsoSettings } from "#domain/settings/sso.ts";

/** The variables of signing in through a provider; they count only together. */

const url = "an https address; http is taken on this machine only";
const groupsForm = `JSON, by group a role or roles by environment, for example {"admins":"admin","shop":{"staging":"operator"}}`;

function text(isRight: (value: string) => boolean, error: string) {
  return z.string().trim().refine(isRight, { error });
}

export const ssoVariables = {
  OIDC_ISSUER: text(isProviderUrl, url).optional(),
  OIDC_CLIENT_ID: text((value) => /^[\x21-\x7e]{1,500}$/.test(value), "the identifier that the provider gave this client").optional(),
  OIDC_CLIENT_SECRET: z.string().trim().optional(),
  OIDC_CLIENT_AUTH: z.enum(["basic", "post"], { error: "basic or post" }).default("basic"),
  OIDC_AUTHORIZATION_ENDPOINT: text(isProviderUrl, url).optional(),
  OIDC_TOKEN_ENDPOINT: text(isProviderUrl, url).optional(),
  OIDC_JWKS_URI: text(isProviderUrl, url).optional(),
  OIDC_USERINFO_ENDPOINT: text(isProviderUrl, url).optional(),
  OIDC_NAME: text((value) => /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u.test(value), "at most 40 letters, digits, spaces and . _ -").optional(),
  OIDC_SCOPES: text((value) => value.split(/\s+/).includes("openid"), "scopes separated by spaces, openid among them").default(
    "openid email profile",
  ),
  OIDC_GROUPS_CLAIM: text((value) => /^[\x21-\x7e]{1,200}$/.test(value), "the name of a claim, for example groups").default("groups"),
  OIDC_GROUP_ROLES: text((value) => parseGroupRoles(value) !== null, groupsForm).optional(),
  OIDC_NEWCOMERS: z.enum(["none", "viewer", "operator"], { error: "none, viewer or operator" }).default("none"),
  PASSWORD_SIGN_IN: z.enum(["everyone", "admins"], { error: "everyone or admins" }).default("everyone"),
};

type SsoVariables = z.infer<z.ZodObject<typeof ssoVariables>>;

/** What is missing beside what was set. */
export function refuseHalfSso(values: SsoVariables, refuse: (variable: keyof SsoVariables, expected: string) => void): void {
  const endpoints = ["OIDC_AUTHORIZATION_ENDPOINT", "OIDC_TOKEN_ENDPOINT", "OIDC_JWKS_URI"] as const;
  const someEndpoint = [...endpoints, "OIDC_USERINFO_ENDPOINT" as const].some((name) => values[name] !== undefined);
  if (values.OIDC_ISSUER === undefined) {
    if (values.OIDC_CLIENT_ID !== undefined || someEndpoint) refuse("OIDC_ISSUER", "the provider's issuer, as its tokens name it");
    if (values.PASSWORD_SIGN_IN === "admins") refuse("PASSWORD_SIGN_IN", "everyone, since without OIDC_ISSUER there is no other way to sign in");
    return;
  }
  if (values.OIDC_CLIENT_ID === undefined) refuse("OIDC_CLIENT_ID", "the identifier that the provider gave this client");
  if (someEndpoint)
    for (const name of endpoints)
      if (values[name] === undefined) refuse(name, "an address, since other endpoints are given; leave all of them out to have them discovered");
}

/** null where no provider is set up. The secret itself stays where it is: see io/secrets.ts. */
export function toSsoSettings(values: SsoVariables): SsoSettings | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: secret } = values;
  if (issuer === undefined || clientId === undefined) return null;
  return {
    name: values.OIDC_NAME ?? new URL(issuer).host,
    issuer,
    clientId,
    clientSecret: secret ? (secret.startsWith("file:") ? secret : "env:OIDC_CLIENT_SECRET") : null,
    clientAuth: values.OIDC_CLIENT_AUTH,
    endpoints: endpointsOf(values),
    scopes: values.OIDC_SCOPES,
    groupsClaim: values.OIDC_GROUPS_CLAIM,
    groupRoles: values.OIDC_GROUP_ROLES ? parseGroupRoles(values.OIDC_GROUP_ROLES) : null,
    newcomers: values.OIDC_NEWCOMERS === "none" ? null : values.OIDC_NEWCOMERS,
  };
}

function endpointsOf(values: SsoVariables): SsoSettings["endpoints"] {
  const { OIDC_AUTHORIZATION_ENDPOINT: authorization, OIDC_TOKEN_ENDPOINT: token, OIDC_JWKS_URI: keys } = values;
  if (authorization === undefined || token === undefined || keys === undefined) return null;
  return { authorization, token, keys, userinfo: values.OIDC_USERINFO_ENDPOINT ?? null };
}

function parseGroupRoles(value: string): GroupRoles | null {
  try {
    return GroupRoles.parse(JSON.parse(value));
  } catch {
    return null;
  }
}

/** Tokens and secrets travel there: in the clear only where nobody listens. */
function isProviderUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const parsed = new URL(value);
  if (parsed.username !== "" || parsed.password !== "" || parsed.hash !== "") return false;
  return parsed.protocol === "https:" || (parsed.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(parsed.hostname));
}
