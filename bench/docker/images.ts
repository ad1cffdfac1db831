import type Docker from "dockerode";
import { importGreeter } from "../../server/testing/docker/test-images.ts";

/** A good one, one that fails five answers of a hundred, and one that is never healthy. */
const releases = {
  "1.0": {},
  "1.1": {},
  "1.3": { GREETER_FAULT: "errors", GREETER_ERRORS: "0.05" },
  "1.4": { GREETER_FAULT: "never-ready" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export const releaseNames = Object.keys(releases);

export function imageOf(release: string): string {
  return `tideline-bench/greeter:${release}`;
}

export async function importReleases(docker: Docker): Promise<void> {
  for (const [release, env] of Object.entries(releases)) await importGreeter(docker, imageOf(release), { GREETER_VERSION: release, ...env });
}
