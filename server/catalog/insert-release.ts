import type { Transaction } from "#db/client.ts";
import { release } from "#db/schema/fleets.ts";
import { Failure } from "#domain/failure.ts";
import type { Environment, Release } from "#domain/release.ts";
import { secretsOf } from "#domain/secret-versions.ts";
import type { Context } from "#server/context.ts";
import type { Services } from "#server/services.ts";
import { isUniqueViolation } from "./unique.ts";

/** Throws Failure("conflict") when the service has a release of that name. */
export async function insertRelease(tx: Transaction, ctx: Context, recorded: Release): Promise<void> {
  const { releaseId, service, name } = recorded;
  const recordedBy = ctx.actor.type === "person" ? ctx.actor.name : "Tideline";
  try {
    await tx.insert(release).values({ releaseId, service, name, definition: recorded, recordedBy });
  } catch (error) {
    if (!isUniqueViolation(error, "release_service_name")) throw error;
    throw new Failure("conflict", `${service} has a release ${name} already. A release never changes: give the new one another name.`, [
      { field: "name", message: "This name is taken; choose another." },
    ]);
  }
}

/** Which values its secrets have now, by which one can tell later that a value is another one. Throws Failure("invalid") at `env.VARIABLE`. */
export async function versionsOf(
  { readSecretVersions }: Pick<Services, "readSecretVersions">,
  env: Environment,
): Promise<Pick<Release, "secretVersions">> {
  return secretsOf(env).length > 0 ? { secretVersions: await readSecretVersions(env) } : {};
}
