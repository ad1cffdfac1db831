import { createHmac } from "node:crypto";
import { Failure } from "#domain/failure.ts";
import type { Environment } from "#domain/release.ts";
import { type SecretVersions, secretsOf } from "#domain/secret-versions.ts";
import type { Secrets } from "./secrets.ts";
import { Sensitive } from "./sensitive.ts";

type TextSecrets = Pick<Secrets, "readText">;

/** A release's environment with the secrets in it, as they are now. Throws Failure("invalid") at `env.VARIABLE` where one cannot be read. */
export async function resolveEnvironment(env: Environment, secrets: TextSecrets): Promise<Sensitive<Readonly<Record<string, string>>>> {
  const plain = Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const read = await readSecrets(env, secrets);
  return new Sensitive(Object.fromEntries([...plain, ...read.map(([variable, secret]) => [variable, secret.reveal()] as const)]));
}

/** Which values the secrets of an environment have now. The same failures. */
export type ReadSecretVersions = (env: Environment) => Promise<SecretVersions>;

/** `key`: the same on every server, or each would take the other's versions for nothing. */
export function createSecretVersions(secrets: TextSecrets, key: string): ReadSecretVersions {
  const digest = (text: string, length: number) => createHmac("sha256", key).update(text).digest("hex").slice(0, length);
  const keyName = digest("name of the key of secret versions", 8);
  return async (env) => {
    const read = await readSecrets(env, secrets);
    return Object.fromEntries(read.map(([variable, secret]) => [variable, `${keyName}:${digest(`value ${secret.reveal()}`, 32)}`]));
  };
}

async function readSecrets(env: Environment, secrets: TextSecrets): Promise<[variable: string, secret: Sensitive<string>][]> {
  return Promise.all(
    secretsOf(env).map(async ([variable, reference]): Promise<[string, Sensitive<string>]> => {
      try {
        return [variable, await secrets.readText(reference)];
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        throw new Failure(error.code, `${variable}: ${error.message}`, [{ field: `env.${variable}`, message: error.message }]);
      }
    }),
  );
}
