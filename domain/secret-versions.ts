import type { Environment, Release } from "./release.ts";

/**
 * A secret's version is `KEY:DIGEST`: a keyed digest of its value, and which key that was. It tells whether a value is
 * another one than before, and nothing else.
 */
export type SecretVersions = Readonly<Record<string, string>>;

/** Variables of which the value is a secret, with where it is. */
export function secretsOf(env: Environment): [variable: string, reference: string][] {
  return Object.entries(env).flatMap(([variable, value]) => (typeof value === "string" ? [] : [[variable, value.secret]]));
}

/** Variables that would start with another value than the release was recorded with. Versions of different keys tell nothing. */
export function changedSecrets({ secretVersions = {} }: Pick<Release, "secretVersions">, present: SecretVersions): string[] {
  return Object.entries(secretVersions)
    .filter(([variable, recorded]) => {
      const now = present[variable];
      return now !== undefined && now !== recorded && keyOf(now) === keyOf(recorded);
    })
    .map(([variable]) => variable);
}

function keyOf(version: string): string {
  return version.split(":", 1)[0] ?? "";
}
