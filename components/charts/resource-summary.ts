import { formatBytes, formatCores } from "#domain/evidence/words.ts";
import type { ReleaseSample, Usage } from "#domain/metric.ts";

export interface NamedRelease {
  readonly releaseId: string;
  readonly name: string;
}

export interface ResourceFigures {
  readonly cpu: string;
  readonly memory: string;
  /** The new release first. */
  readonly restarts: readonly { readonly name: string; readonly count: number }[];
}

/** What the charts of resources say now, in words; null where no source knows what an instance takes. */
export function summarizeResources(
  samples: readonly ReleaseSample[],
  releases: readonly (NamedRelease | null)[],
  until: number,
): ResourceFigures | null {
  const arms = releases.flatMap((release) => {
    if (release === null) return [];
    const known = samples.flatMap(({ releaseId, at, usage }) => (releaseId === release.releaseId && at <= until && usage ? [usage] : []));
    return known.length === 0 ? [] : [{ name: release.name, known }];
  });
  if (arms.length === 0) return null;
  return {
    cpu: sentence(arms, ({ cpu }) => (cpu === null ? null : formatCores(cpu)), "No instance was looked at."),
    memory: sentence(arms, ({ memoryBytes }) => (memoryBytes === null ? null : formatBytes(memoryBytes)), "No instance was looked at."),
    restarts: arms.map(({ name, known }) => ({ name, count: known.reduce((sum, { restarts }) => sum + restarts, 0) })),
  };
}

interface Arm {
  readonly name: string;
  readonly known: readonly Usage[];
}

/** Of the newest bucket that tells it. */
function sentence(arms: readonly Arm[], tell: (usage: Usage) => string | null, none: string): string {
  const parts = arms.flatMap(({ name, known }) => {
    const told = known.map(tell).findLast((text) => text !== null);
    return told ? [`${name}: ${told}`] : [];
  });
  return parts.length === 0 ? none : parts.join(" · ");
}
