import type { Finding } from "#domain/engine/lint.ts";
import { Failure } from "#domain/failure.ts";
import type { Release } from "#domain/release.ts";
import { changedSecrets } from "#domain/secret-versions.ts";
import type { Services } from "#server/services.ts";

const namedMax = 4;
const advice = "Values are not kept here; a release that names a versioned file gets its own back.";

/**
 * Secrets that have another value than when the release was recorded: it is started with the present one. That warns and
 * refuses nothing, since a secret that was renewed on purpose is the only one that still works.
 */
export async function lintSecrets(
  { readSecretVersions }: Pick<Services, "readSecretVersions">,
  release: Release,
  role: "target" | "way-back",
): Promise<Finding[]> {
  const { name, env, secretVersions } = release;
  if (secretVersions === undefined) return [];
  const changed = changedSecrets(release, await readSecretVersions(env).catch(noneIfUnreadable));
  if (changed.length === 0) return [];
  const which = changed.length > namedMax ? `${changed.slice(0, namedMax).join(", ")} and ${changed.length - namedMax} more` : changed.join(", ");
  const start = role === "target" ? `${name} starts` : `A rollback starts ${name}`;
  const field = role === "target" ? "release" : "onFailure";
  return [{ severity: "warning", field, message: `${start} with other values of ${which} than it was recorded with. ${advice}` }];
}

/** The driver says so, and refuses. */
function noneIfUnreadable(error: unknown): Record<string, string> {
  if (error instanceof Failure) return {};
  throw error;
}
