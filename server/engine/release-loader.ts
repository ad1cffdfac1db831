import type { Release } from "#domain/release.ts";

/** The old one, the new one, and those of a fleet that was mixed. */
const keptMax = 16;

/** Reads a release once: it never changes, and hundreds of effects that begin together would each ask the database for it. */
export function createReleaseLoader(read: (releaseId: string) => Promise<Release>): (releaseId: string) => Promise<Release> {
  const kept = new Map<string, Promise<Release>>();
  return (releaseId) => {
    const known = kept.get(releaseId);
    if (known) return known;
    const reading = read(releaseId);
    kept.set(releaseId, reading);
    // One that could not be read is asked for again.
    reading.catch(() => kept.delete(releaseId));
    const oldest = kept.keys().next().value;
    if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
    return reading;
  };
}
