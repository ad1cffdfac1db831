import { describeArtifact } from "#domain/describe-artifact.ts";
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
  if (!before) return [];
  const was = describeArtifact(before.artifact);
  const is = describeArtifact(after.artifact);
  return Object.keys({ ...was, ...is })
    .filter((what) => was[what] !== is[what])
    .map((what) => ({ what, before: was[what] ?? "none", after: is[what] ?? "none" }));
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
