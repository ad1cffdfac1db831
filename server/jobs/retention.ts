import { and, eq, inArray, lt, lte, or, sql } from "drizzle-orm";
import type { Database } from "#db/client.ts";
import { fleetStream } from "#db/queries/events.ts";
import { type SampleTotals, storedWidthMs } from "#db/queries/samples.ts";
import { fleet } from "#db/schema/fleets.ts";
import { event, hookRun, rollout } from "#db/schema/rollouts.ts";
import { evidenceInterval, sample } from "#db/schema/samples.ts";
import { addBins, createHistogram, toBins } from "#domain/evidence/histogram.ts";
import type { Logger } from "#server/log.ts";

const fineKeptMs = 6 * 3_600_000;
const coarseWidthMs = 60_000;
const coarseKeptMs = 14 * 86_400_000;
/** From the end of their rollout, whose events hold what came of them. */
export const hookRunsKeptMs = 14 * 86_400_000;
/** A fleet's state is in its row: of its own events the newest are kept, for people to read. */
export const fleetEventsKept = 1_000;
export const fleetEventsKeptMs = 90 * 86_400_000;
/** From the end of their rollout, whose events hold the verdicts; after that they cannot be computed again. */
export const intervalsKeptMs = 90 * 86_400_000;
const runEveryMs = 10 * 60_000;
/** Rows merged in one transaction, so that no run holds many locks or much memory. */
const rowsPerRun = 2_000;
const runsMax = 200;

export interface RetentionInput {
  readonly db: Database;
  readonly log: Logger;
  /** Engine time. */
  readonly now: () => number;
}

/**
 * Keeps bounded what would grow for ever: samples of 10 s for six hours, of a minute for 14 days; the runs of hooks; the counts that rollouts were judged by; the
 * events of fleets. Returns what ends it.
 */
export function startRetention({ db, log, now }: RetentionInput): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const run = () => {
    for (const keepBounded of [keepSamplesBounded, keepHookRunsBounded, keepIntervalsBounded, keepFleetEventsBounded])
      running = running
        .then(() => keepBounded(db, now()))
        .catch((err: unknown) => log.warn({ err }, "Old records could not be thinned out; it is tried again later."));
  };
  const timer = setInterval(run, runEveryMs);
  run();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

/** One pass. Two replicas at once do no harm: a row is locked, merged and gone in one transaction. */
export async function keepSamplesBounded(db: Database, now: number): Promise<void> {
  await db.delete(sample).where(lt(sample.at, now - coarseKeptMs));
  const before = Math.floor((now - fineKeptMs) / coarseWidthMs) * coarseWidthMs;
  for (let run = 0; run < runsMax; run += 1) if (!(await mergeSome(db, before))) return;
}

export async function keepHookRunsBounded(db: Database, now: number): Promise<void> {
  const over = db
    .select({ rolloutId: rollout.rolloutId })
    .from(rollout)
    .where(lt(rollout.endedAt, now - hookRunsKeptMs));
  await db.delete(hookRun).where(inArray(hookRun.rolloutId, over));
}

export async function keepIntervalsBounded(db: Database, now: number): Promise<void> {
  const over = db
    .select({ rolloutId: rollout.rolloutId })
    .from(rollout)
    .where(lt(rollout.endedAt, now - intervalsKeptMs));
  await db.delete(evidenceInterval).where(inArray(evidenceInterval.rolloutId, over));
}

/** The newest stays, however old: a stream's numbers and times go on from it. */
export async function keepFleetEventsBounded(db: Database, now: number): Promise<void> {
  for (const { fleetId, seq } of await db.select({ fleetId: fleet.fleetId, seq: fleet.seq }).from(fleet)) {
    const isOver = or(lte(event.seq, seq - fleetEventsKept), lt(event.at, now - fleetEventsKeptMs));
    await db.delete(event).where(and(eq(event.stream, fleetStream(fleetId)), lt(event.seq, seq), isOver));
  }
}

/** Merges the oldest fine rows, whole minutes at a time. False when none is left. */
async function mergeSome(db: Database, before: number): Promise<boolean> {
  return db.transaction(async (tx) => {
    const fine = and(eq(sample.widthMs, storedWidthMs), lt(sample.at, before));
    const [oldest] = await tx.select({ fleetId: sample.fleetId, at: sample.at }).from(sample).where(fine).orderBy(sample.at).limit(1);
    if (!oldest) return false;
    const from = Math.floor(oldest.at / coarseWidthMs) * coarseWidthMs;
    const until = Math.min(before, from + 60 * coarseWidthMs);
    const chosen = and(fine, eq(sample.fleetId, oldest.fleetId), lt(sample.at, until));
    const rows = await tx.select().from(sample).where(chosen).orderBy(sample.at).limit(rowsPerRun).for("update");
    if (rows.length === 0) return false;
    // A page that ended inside a minute leaves that minute for the next one, unless it is all there is.
    const last = Math.floor((rows.at(-1)?.at ?? 0) / coarseWidthMs) * coarseWidthMs;
    const whole = rows.length < rowsPerRun ? rows : rows.filter((row) => row.at < last);
    for (const merged of mergeMinutes(whole))
      await tx
        .insert(sample)
        .values({ fleetId: oldest.fleetId, ...merged })
        .onConflictDoUpdate(addUp());
    const ats = [...new Set(whole.map((row) => row.at))];
    await tx.delete(sample).where(and(eq(sample.fleetId, oldest.fleetId), eq(sample.widthMs, storedWidthMs), inArray(sample.at, ats)));
    return true;
  });
}

function mergeMinutes(rows: readonly SampleTotals[]): SampleTotals[] {
  const minutes = new Map<string, SampleTotals[]>();
  for (const row of rows) {
    const key = `${Math.floor(row.at / coarseWidthMs)}/${row.releaseId}`;
    minutes.set(key, [...(minutes.get(key) ?? []), row]);
  }
  return [...minutes.values()].map((parts) => {
    const histogram = createHistogram();
    for (const part of parts) addBins(histogram, part.bins);
    const sum = (field: "requests" | "failed" | "cut") => parts.reduce((total, part) => total + part[field], 0);
    const [first] = parts;
    return {
      at: Math.floor((first?.at ?? 0) / coarseWidthMs) * coarseWidthMs,
      widthMs: coarseWidthMs,
      releaseId: first?.releaseId ?? "",
      requests: sum("requests"),
      failed: sum("failed"),
      cut: sum("cut"),
      bins: toBins(histogram),
    };
  });
}

/** A minute of which a part came late: the counts add up, and of the latencies the earlier part stands. */
function addUp() {
  return {
    target: [sample.fleetId, sample.widthMs, sample.at, sample.releaseId],
    set: {
      requests: sql`${sample.requests} + excluded.requests`,
      failed: sql`${sample.failed} + excluded.failed`,
      cut: sql`${sample.cut} + excluded.cut`,
    },
  };
}
