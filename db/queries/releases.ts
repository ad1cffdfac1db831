import { desc, eq, inArray } from "drizzle-orm";
import { Failure } from "#domain/failure.ts";
import type { Release } from "#domain/release.ts";
import type { Queryable } from "../client.ts";
import { release } from "../schema/fleets.ts";

/** A list shows the newest; older ones are found through the rollouts that used them. */
const releasesMax = 200;

/** The newest releases of a service, newest first. */
export async function listReleases(db: Queryable, service: string): Promise<Release[]> {
  const rows = await db
    .select({ definition: release.definition })
    .from(release)
    .where(eq(release.service, service))
    .orderBy(desc(release.recordedAt), desc(release.releaseId))
    .limit(releasesMax);
  return rows.map((row) => row.definition);
}

/** Throws Failure("not-found"). */
export async function getRelease(db: Queryable, releaseId: string): Promise<Release> {
  const [row] = await db.select({ definition: release.definition }).from(release).where(eq(release.releaseId, releaseId));
  if (!row)
    throw new Failure("not-found", "There is no release with this identifier.", [{ field: "releaseId", message: "Choose a recorded release." }]);
  return row.definition;
}

/** Release id → name, for those that exist. */
export async function nameReleases(db: Queryable, releaseIds: Iterable<string>): Promise<Record<string, string>> {
  const wanted = [...new Set(releaseIds)];
  if (wanted.length === 0) return {};
  const rows = await db.select({ releaseId: release.releaseId, name: release.name }).from(release).where(inArray(release.releaseId, wanted));
  return Object.fromEntries(rows.map((row) => [row.releaseId, row.name]));
}
