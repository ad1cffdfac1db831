import type { Database } from "#db/client.ts";
import { findLastSeq, findRollout, readEvents } from "#db/queries/rollouts.ts";
import { evolve } from "#domain/engine/evolve.ts";
import { Failure } from "#domain/failure.ts";
import type { Rollout } from "#domain/rollout.ts";

/** Rollouts kept folded. A large one takes some megabytes. */
const keptMax = 8;
/** Behind by more than this the stored state is nearer. */
const foldedMax = 500;

/** Reads rollouts for those who look at them. */
export interface RolloutReader {
  /** As it is now; null when there is no such rollout. */
  find(rolloutId: string): Promise<Rollout | null>;
  /** Throws Failure("not-found"). */
  get(rolloutId: string): Promise<Rollout>;
}

/**
 * Remembers what was read last and folds in what came since: many browsers that open the page of one large rollout read its
 * state once. What is remembered is never believed to be the newest: its number is asked for each time.
 */
export function createRolloutReader(db: Database): RolloutReader {
  const kept = new Map<string, Rollout>();
  const reading = new Map<string, Promise<Rollout | null>>();

  async function read(rolloutId: string): Promise<Rollout | null> {
    const last = await findLastSeq(db, rolloutId);
    const known = kept.get(rolloutId);
    kept.delete(rolloutId);
    if (!last) return null;
    const isNear = known !== undefined && known.seq <= last.seq && last.seq - known.seq <= foldedMax;
    const rollout = isNear ? await foldUpTo(known, last.seq) : await findRollout(db, rolloutId);
    if (rollout) keep(rollout);
    return rollout;
  }

  async function foldUpTo(known: Rollout, seq: number): Promise<Rollout> {
    if (known.seq === seq) return known;
    const events = await readEvents(db, { rolloutId: known.rolloutId, afterSeq: known.seq, limit: seq - known.seq });
    return events.reduce<Rollout>((rollout, event) => evolve(rollout, event), known);
  }

  /** The one used last goes last. */
  function keep(rollout: Rollout): void {
    kept.set(rollout.rolloutId, rollout);
    const oldest = kept.keys().next().value;
    if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
  }

  /** Those who ask while it is being read wait for the next reading together: what they saw happen may be newer than the first. */
  async function find(rolloutId: string): Promise<Rollout | null> {
    await reading.get(rolloutId)?.catch(() => {});
    const begun = reading.get(rolloutId);
    if (begun) return begun;
    const started = read(rolloutId).finally(() => reading.delete(rolloutId));
    reading.set(rolloutId, started);
    return started;
  }

  return {
    find,
    get: async (rolloutId) => {
      const rollout = await find(rolloutId);
      if (!rollout) throw new Failure("not-found", "There is no rollout with this identifier.");
      return rollout;
    },
  };
}
