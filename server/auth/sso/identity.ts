import { Email, Name } from "#domain/names.ts";
import type { SsoSettings } from "#domain/settings/sso.ts";
import type { Claims } from "./provider.ts";
import { SsoRefusal } from "./refusal.ts";

/** Who came back from the provider, in our words. */
export interface Identity {
  readonly subject: string;
  readonly email: string;
  /** The provider says that the address is this person's. */
  readonly isConfirmed: boolean;
  readonly name: string;
  /** Empty where groups mean nothing here. */
  readonly groups: readonly string[];
}

const subjectLengthMax = 255;
const nameLengthMax = 64;

/** Throws SsoRefusal that names the claim that is missing. */
export function readIdentity({ groupsClaim, groupRoles }: SsoSettings, claims: Claims): Identity {
  if (claims.sub === "" || claims.sub.length > subjectLengthMax) throw new SsoRefusal("not-proven", "The claim sub is no identifier.");
  const email = Email.safeParse(claims["email"]);
  if (!email.success)
    throw new SsoRefusal("no-email", 'The claim "email" holds no email address. Let the provider send it, or ask for its scope in OIDC_SCOPES.');
  return {
    subject: claims.sub,
    email: email.data,
    isConfirmed: claims["email_verified"] === true || claims["email_verified"] === "true",
    name: toName(claims["name"]) ?? toName(claims["preferred_username"]) ?? toName(email.data.split("@")[0]) ?? "Somebody",
    groups: groupRoles === null ? [] : readGroups(claims[groupsClaim], groupsClaim),
  };
}

/** A claim that is not there may be forgotten at the provider: taken for no groups it would take everybody's roles away. */
function readGroups(claim: unknown, name: string): readonly string[] {
  if (typeof claim === "string") return [claim];
  if (Array.isArray(claim)) return claim.filter((each) => typeof each === "string");
  throw new SsoRefusal("no-groups", `The claim "${name}" holds no groups. Let the provider send it, or name another in OIDC_GROUPS_CLAIM.`);
}

/** As we write names; what they may not hold is left out. */
function toName(claim: unknown): string | null {
  if (typeof claim !== "string") return null;
  const plain = claim.replace(/[^\p{L}\p{N} ._+:/-]/gu, "").replace(/^[^\p{L}\p{N}]+/u, "");
  return Name.safeParse(plain.slice(0, nameLengthMax)).data ?? null;
}
