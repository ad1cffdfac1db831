import type { Database } from "#db/client.ts";
import { loadIntervals } from "#db/queries/intervals.ts";
import { getRollout } from "#db/queries/rollouts.ts";
import { CourseKeeper, type EvidenceCourse } from "#domain/evidence/course.ts";
import { type ReplayFile, toReplayFile } from "#domain/evidence/export.ts";
import { settingsOf } from "#domain/evidence/settings.ts";
import { Failure } from "#domain/failure.ts";

/** Rollouts whose evidence somebody looks at. */
const keptMax = 16;

export interface Courses {
  /** How the evidence on a rollout came about; null where its plan judges by none. Throws Failure("not-found"). */
  read(rolloutId: string): Promise<EvidenceCourse | null>;
  /** The same as it was at a moment, in engine time. */
  readAt(rolloutId: string, until: number): Promise<EvidenceCourse | null>;
}

/** Keeps what was folded for whoever looks next: a second costs one interval, not all of them again. */
export function createCourses(db: Database): Courses {
  const kept = new Map<string, Promise<CourseKeeper | null>>();

  async function open(rolloutId: string): Promise<CourseKeeper | null> {
    const rollout = await getRollout(db, rolloutId);
    // What it will be judged by is frozen when it starts.
    const settings = rollout.status === "queued" ? null : settingsOf(rollout);
    return settings === null ? null : new CourseKeeper(settings);
  }

  async function follow(rolloutId: string, before: Promise<CourseKeeper | null>, until: number): Promise<CourseKeeper | null> {
    const known = await before;
    // What was folded is not taken apart again: an earlier moment begins anew.
    const keeper = known && known.lastAt !== null && known.lastAt > until ? await open(rolloutId) : known;
    if (keeper) for (const interval of await loadIntervals(db, rolloutId, { after: keeper.lastNumber, until })) keeper.add(interval);
    return keeper;
  }

  async function readKept(key: string, rolloutId: string, until: number): Promise<EvidenceCourse | null> {
    // One after the other: two readers of one rollout must not fold an interval twice.
    const following = follow(rolloutId, kept.get(key) ?? open(rolloutId), until);
    kept.delete(key);
    kept.set(key, following);
    const forget = () => {
      if (kept.get(key) === following) kept.delete(key);
    };
    following.then((keeper) => keeper ?? forget(), forget);
    for (const oldest of kept.keys()) {
      if (kept.size <= keptMax) break;
      kept.delete(oldest);
    }
    return (await following)?.read() ?? null;
  }

  return {
    read: (rolloutId) => readKept(rolloutId, rolloutId, Number.MAX_SAFE_INTEGER),
    readAt: (rolloutId, until) => readKept(`${rolloutId} in the past`, rolloutId, until),
  };
}

/** The file that `npm run evidence` computes again. Throws Failure("not-found") where there is no such rollout, or it judged by nothing. */
export async function readReplayFile(db: Database, rolloutId: string): Promise<ReplayFile> {
  const settings = settingsOf(await getRollout(db, rolloutId));
  if (settings === null) throw new Failure("not-found", "This rollout's plan judges by no evidence.");
  return toReplayFile(settings, await loadIntervals(db, rolloutId));
}
