import type { Preview, PreviewBatch, PreviewPhase } from "#domain/simulation/preview.ts";

/** Start-first the new unit starts beside the old one, which retires last: other work than draining and replacing. */
export type WorkPhase = Exclude<PreviewPhase, "updated"> | "starting" | "retiring";

const startFirstNames = { replacing: "starting", draining: "retiring", checking: "checking", updated: "updated" } as const;

/** The steps of one instance, named for the kind of update that it is. */
function stepsOf(preview: Preview, instanceId: string): readonly { readonly phase: WorkPhase | "updated"; readonly atMs: number }[] {
  const steps = preview.phases[instanceId] ?? [];
  if (steps[0]?.phase !== "replacing") return steps;
  return steps.map(({ phase, atMs }) => ({ phase: startFirstNames[phase], atMs }));
}

/** Instances of one batch that do the same at the same time. */
export interface Track {
  readonly count: number;
  /** Tracks of one lane that overlap in time have different rows. */
  readonly row: number;
  readonly segments: readonly { readonly phase: WorkPhase; readonly fromMs: number; readonly toMs: number }[];
}

export interface Lane {
  readonly batch: PreviewBatch;
  readonly rows: number;
  readonly tracks: readonly Track[];
}

/** More rows than this in a lane would be thinner than a line; the rest share the last one. */
const rowsMax = 4;

/** One lane per batch, its instances gathered into as few tracks as tell the same. */
export function toLanes(preview: Preview): Lane[] {
  return preview.batches.map((batch) => {
    const groups = new Map<string, { count: number; segments: Track["segments"] }>();
    for (const instanceId of batch.instanceIds) {
      const segments = toSegments(stepsOf(preview, instanceId));
      const key = segments.map((segment) => `${segment.phase} ${segment.fromMs} ${segment.toMs}`).join();
      const group = groups.get(key);
      groups.set(key, { count: (group?.count ?? 0) + 1, segments });
    }
    const tracks = placeInRows([...groups.values()].filter((group) => group.segments.length > 0));
    return { batch, tracks, rows: Math.max(1, ...tracks.map((track) => track.row + 1)) };
  });
}

function toSegments(phases: ReturnType<typeof stepsOf>): Track["segments"] {
  return phases.flatMap(({ phase, atMs }, index) => {
    const next = phases[index + 1];
    return phase === "updated" || !next ? [] : [{ phase, fromMs: atMs, toMs: next.atMs }];
  });
}

function placeInRows(groups: readonly { count: number; segments: Track["segments"] }[]): Track[] {
  const busyUntil: number[] = [];
  return groups.map((group) => {
    const fromMs = group.segments[0]?.fromMs ?? 0;
    const free = busyUntil.findIndex((untilMs) => untilMs <= fromMs);
    const row = Math.min(free === -1 ? busyUntil.length : free, rowsMax - 1);
    busyUntil[row] = group.segments.at(-1)?.toMs ?? fromMs;
    return { ...group, row };
  });
}

/** The kinds of work that this plan has, in the order in which an instance goes through them. */
export function workPhases(preview: Preview): WorkPhase[] {
  const present = new Set<string>(Object.keys(preview.phases).flatMap((instanceId) => stepsOf(preview, instanceId).map(({ phase }) => phase)));
  return (["starting", "draining", "replacing", "checking", "retiring"] as const).filter((phase) => present.has(phase));
}

export type CellPhase = "waiting" | WorkPhase | "updated";

/** What an instance does at a moment of the preview. */
export function phaseAt(preview: Preview, instanceId: string, atMs: number): CellPhase {
  return stepsOf(preview, instanceId).findLast((step) => step.atMs <= atMs)?.phase ?? "waiting";
}

/** How many instances serve at a moment of the preview. */
export function capacityAt(preview: Preview, atMs: number, desired: number): number {
  return preview.capacity.findLast(([fromMs]) => fromMs <= atMs)?.[1] ?? desired;
}

/** "Batch 2 of 5: updating", in words for the scrub bar. */
export function momentAt(preview: Preview, atMs: number): string {
  const batch = preview.batches.findLast(({ startedAtMs }) => startedAtMs <= atMs);
  if (!batch) return "Before the first batch";
  if (atMs >= preview.durationMs) return "Every gate is open";
  const doing = atMs < batch.settledAtMs ? "updating" : atMs < batch.openedAtMs ? "soaking" : "gate open";
  return `Batch ${batch.number} of ${preview.batches.length}: ${doing}`;
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400].map((seconds) => seconds * 1_000);

/** Round times for an axis of so many milliseconds, about `count` of them, 0 included. */
export function timeTicks(durationMs: number, count: number): number[] {
  const step = steps.find((candidate) => durationMs / candidate <= count) ?? Math.ceil(durationMs / count);
  return Array.from({ length: Math.floor(durationMs / step) + 1 }, (_, index) => index * step);
}

/** As short as an axis needs it: "0", "30 s", "2 min", "1:30". */
export function formatTick(ms: number): string {
  if (ms === 0) return "0";
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return seconds % 3_600 === 0 ? `${seconds / 3_600} h` : `${Math.floor(seconds / 3_600)} h ${Math.round((seconds % 3_600) / 60)}`;
}
