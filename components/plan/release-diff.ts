import type { EnvironmentValue, Release } from "#domain/release.ts";

export interface ReleaseChange {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

const digestLength = 12;

/** Long enough to tell two builds apart, short enough to read. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, "").slice(0, digestLength) || "none";
}

/** What differs in how two releases are run. Values of the configuration are not shown: they may be secret. */
export function diffReleases(before: Release | null, after: Release): ReleaseChange[] {
  const changes: ReleaseChange[] = [];
  if (before && before.artifact.command.join(" ") !== after.artifact.command.join(" "))
    changes.push({ what: "Command", before: before.artifact.command.join(" "), after: after.artifact.command.join(" ") });
  if (before && before.artifact.directory !== after.artifact.directory)
    changes.push({ what: "Directory", before: before.artifact.directory, after: after.artifact.directory });
  return changes;
}

export interface ConfigurationChange {
  readonly key: string;
  readonly change: "added" | "removed" | "changed";
}

/** Configuration keys that differ, in alphabetical order. */
export function diffConfiguration(before: Release["env"], after: Release["env"]): ConfigurationChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return keys.flatMap((key): ConfigurationChange[] => {
    const was = Object.hasOwn(before, key);
    const is = Object.hasOwn(after, key);
    if (was && is) return isSame(before[key], after[key]) ? [] : [{ key, change: "changed" }];
    return [{ key, change: is ? "added" : "removed" }];
  });
}

function isSame(one: EnvironmentValue | undefined, other: EnvironmentValue | undefined): boolean {
  if (typeof one !== "object" || typeof other !== "object") return one === other;
  return one.secret === other.secret;
}
