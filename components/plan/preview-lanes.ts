import type { Course, CourseBatch, CoursePhase } from "#domain/simulation/course.ts";

/** What keeps an instance busy: a bar in its batch's lane. */
export type WorkPhase = Exclude<CoursePhase, "absent" | "old" | "updated">;

const workInOrder = ["starting", "draining", "replacing", "checking", "retiring", "failed"] as const satisfies readonly WorkPhase[];

/** Instances of one batch that do the same at the same time. */
export interface Track {
  readonly count: number;
  /** Tracks of one lane that overlap in time have different rows. */
  readonly row: number;
  readonly segments: readonly { readonly phase: WorkPhase; readonly fromMs: number; readonly toMs: number }[];
}

export interface Lane {
  /** "2"; "r2·1" where more than one rollout has batches. */
  readonly name: string;
  readonly batch: CourseBatch;
  readonly rows: number;
  readonly tracks: readonly Track[];
}

/** More rows than this in a lane would be thinner than a line; the rest share the last one. */
const rowsMax = 4;

/** One lane per batch, its instances gathered into as few tracks as tell the same. */
export function toLanes(course: Course): Lane[] {
  return course.batches.map((batch) => {
    const name = nameBatch(course, batch);
    const groups = new Map<string, { count: number; segments: Track["segments"] }>();
    for (const instanceId of batch.instanceIds) {
      const segments = toSegments(course, instanceId, batch.rolloutId);
      const key = segments.map((segment) => `${segment.phase} ${segment.fromMs} ${segment.toMs}`).join();
      const group = groups.get(key);
      groups.set(key, { count: (group?.count ?? 0) + 1, segments });
    }
    const tracks = placeInRows([...groups.values()].filter((group) => group.segments.length > 0));
    return { name, batch, tracks, rows: Math.max(1, ...tracks.map((track) => track.row + 1)) };
  });
}

/** What one rollout did to an instance; what did not end lasts until the end of the run. */
function toSegments({ steps, durationMs }: Course, instanceId: string, rolloutId: string): Track["segments"] {
  const ofInstance = steps[instanceId] ?? [];
  return ofInstance.flatMap((step, index) =>
    step.rolloutId === rolloutId && isWork(step.phase)
      ? [{ phase: step.phase, fromMs: step.atMs, toMs: ofInstance[index + 1]?.atMs ?? durationMs }]
      : [],
  );
}

function isWork(phase: CoursePhase): phase is WorkPhase {
  return (workInOrder as readonly CoursePhase[]).includes(phase);
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

/** The kinds of work that there are, in the order in which an instance goes through them. */
export function workPhases({ steps }: Course): WorkPhase[] {
  const present = new Set(Object.values(steps).flatMap((ofInstance) => ofInstance.map(({ phase }) => phase)));
  return workInOrder.filter((phase) => present.has(phase));
}

/** What an instance is in at a moment of the course. */
export function phaseAt({ steps }: Course, instanceId: string, atMs: number): CoursePhase {
  return steps[instanceId]?.findLast((step) => step.atMs <= atMs)?.phase ?? "old";
}

/** How many instances serve at a moment of the course. */
export function capacityAt({ capacity }: Course, atMs: number, desired: number): number {
  return capacity.findLast(([fromMs]) => fromMs <= atMs)?.[1] ?? desired;
}

/** "2"; "r2·1" where more than one rollout has batches. */
export function nameBatch({ batches }: Course, { rolloutId, number }: CourseBatch): string {
  return batches.every((batch) => batch.rolloutId === rolloutId) ? String(number) : `${rolloutId}·${number}`;
}

/** "Batch 2 of 5: updating", in words for the scrub bar. */
export function momentAt(course: Course, atMs: number): string {
  const batch = course.batches.findLast(({ startedAtMs }) => startedAtMs <= atMs);
  if (!batch) return "Before the first batch";
  if (atMs >= course.durationMs) return "Every gate is open";
  const doing = atMs < (batch.settledAtMs ?? batch.endsAtMs) ? "updating" : atMs < (batch.openedAtMs ?? batch.endsAtMs) ? "soaking" : "gate open";
  return `Batch ${batch.number} of ${course.batches.length}: ${doing}`;
}

const tickSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400].map((seconds) => seconds * 1_000);

/** Round times for an axis of so many milliseconds, about `count` of them, 0 included. */
export function timeTicks(durationMs: number, count: number): number[] {
  const step = tickSteps.find((candidate) => durationMs / candidate <= count) ?? Math.ceil(durationMs / count);
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
