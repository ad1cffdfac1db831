import { asc, eq } from "drizzle-orm";
import type { EvidenceInterval } from "#domain/evidence/interval.ts";
import { settingsOf } from "#domain/evidence/settings.ts";
import { addInterval, createAccumulator, toEvidence } from "#domain/evidence/verdict.ts";
import type { Database } from "../client.ts";
import { evidenceInterval } from "../schema/samples.ts";
import { getRollout } from "./rollouts.ts";

/** One evaluated second, as the evidence chart draws it. `lnE` is what was known after it. */
export interface StoredInterval {
  readonly at: number;
  readonly lnE: number;
  readonly oldFailed: number;
  readonly oldTotal: number;
  readonly newFailed: number;
  readonly newTotal: number;
}

const intervalsMax = 600;

/** Every interval of a rollout in order: its evidence is computed from these and nothing else. */
export async function loadIntervals(db: Database, rolloutId: string): Promise<EvidenceInterval[]> {
  const rows = await db
    .select({ data: evidenceInterval.data })
    .from(evidenceInterval)
    .where(eq(evidenceInterval.rolloutId, rolloutId))
    .orderBy(asc(evidenceInterval.number));
  // Written by the engine alone, in this shape.
  return rows.map((row) => row.data as EvidenceInterval);
}

/** The newest intervals, oldest first, each with the evidence computed again up to it. Throws Failure("not-found"). */
export async function readIntervals(db: Database, rolloutId: string): Promise<StoredInterval[]> {
  const settings = settingsOf(await getRollout(db, rolloutId));
  if (settings === null) return [];
  const intervals = await loadIntervals(db, rolloutId);
  let accumulator = createAccumulator(settings);
  const evaluated = intervals.map((interval) => {
    accumulator = addInterval(accumulator, interval);
    const { lnE } = toEvidence(accumulator, { at: interval.at, lastIntervalExpected: null });
    return { at: interval.at, lnE, ...countsOf(interval) };
  });
  return evaluated.slice(-intervalsMax);
}

function countsOf(interval: EvidenceInterval): Omit<StoredInterval, "at" | "lnE"> {
  return { oldFailed: interval.old.failed, oldTotal: interval.old.requests, newFailed: interval.new.failed, newTotal: interval.new.requests };
}
