import { and, asc, eq, gte, lt } from "drizzle-orm";
import { z } from "zod";
import { addBins, createHistogram, type Histogram, quantileMs } from "#domain/evidence/histogram.ts";
import { mergeUsage, toUsage, type UsageTotals } from "#domain/evidence/usage.ts";
import type { ReleaseSample } from "#domain/metric.ts";
import { Id } from "#domain/names.ts";
import type { Database } from "../client.ts";
import { sample } from "../schema/samples.ts";

/** Seconds are kept in memory, this width and wider in the database. */
export const storedWidthMs = 10_000;
const bucketsMax = 300;
const windowMsMax = 14 * 86_400_000;

export const SampleQuery = z
  .object({
    fleetId: Id,
    windowMs: z.number().int().min(1_000).max(windowMsMax, { error: "Samples are kept for 14 days." }),
    widthMs: z.number().int().min(1_000).max(windowMsMax),
    /** End of the window, engine time; now when absent. */
    until: z.number().int().min(0).optional(),
  })
  .refine((query) => query.windowMs / query.widthMs <= bucketsMax, {
    path: ["widthMs"],
    error: `Ask for at most ${bucketsMax} buckets: use a greater width.`,
  });
export type SampleQuery = z.infer<typeof SampleQuery>;

/** One release's sums over one stretch of time. They add up, in whatever order. */
export interface SampleTotals {
  readonly at: number;
  readonly widthMs: number;
  readonly releaseId: string;
  readonly requests: number;
  readonly failed: number;
  readonly cut: number;
  readonly bins: readonly (readonly [bin: number, count: number])[];
  readonly usage?: UsageTotals | null;
}

/**
 * A fleet's traffic per release in equal buckets, oldest first; a bucket without traffic is left out. `recent` is what
 * the engine still holds second by second. Old samples are wider: then the buckets are, too, and say so.
 */
export async function readSamples(db: Database, query: SampleQuery, now: number, recent: readonly SampleTotals[]): Promise<ReleaseSample[]> {
  const until = query.until ?? now;
  const from = Math.floor((until - query.windowMs) / query.widthMs) * query.widthMs;
  const inWindow = ({ at }: { readonly at: number }) => at >= from && at < until;
  // A stretch of the past that the memory has lost in part is only whole in the database, where it is coarser.
  const isForgotten = query.until !== undefined && (recent[0]?.at ?? until) > from;
  if (query.widthMs < storedWidthMs && !isForgotten) return toBuckets(recent.filter(inWindow), query.widthMs);
  const stored = await readStored(db, query.fleetId, from, until);
  const storedUntil = stored.reduce((end, { at, widthMs }) => Math.max(end, at + widthMs), 0);
  const fresh = recent.filter(({ at }) => at >= storedUntil).filter(inWindow);
  return toBuckets([...stored, ...fresh], query.widthMs);
}

export async function readStored(db: Database, fleetId: string, from: number, until: number): Promise<SampleTotals[]> {
  return db
    .select({
      at: sample.at,
      widthMs: sample.widthMs,
      releaseId: sample.releaseId,
      requests: sample.requests,
      failed: sample.failed,
      cut: sample.cut,
      bins: sample.bins,
      usage: sample.usage,
    })
    .from(sample)
    .where(and(eq(sample.fleetId, fleetId), gte(sample.at, from), lt(sample.at, until)))
    .orderBy(asc(sample.at));
}

interface Bucket {
  readonly at: number;
  readonly releaseId: string;
  requests: number;
  failed: number;
  cut: number;
  readonly histogram: Histogram;
  usage: UsageTotals | null;
}

/** Merges histograms, never percentiles. */
export function toBuckets(parts: readonly SampleTotals[], askedWidthMs: number): ReleaseSample[] {
  const widthMs = parts.reduce((widest, part) => Math.max(widest, part.widthMs), askedWidthMs);
  const buckets = new Map<string, Bucket>();
  for (const part of parts) {
    const at = Math.floor(part.at / widthMs) * widthMs;
    const key = `${at}/${part.releaseId}`;
    const { releaseId } = part;
    const bucket = buckets.get(key) ?? { at, releaseId, requests: 0, failed: 0, cut: 0, histogram: createHistogram(), usage: null };
    bucket.requests += part.requests;
    bucket.failed += part.failed;
    bucket.cut += part.cut;
    addBins(bucket.histogram, part.bins);
    bucket.usage = mergeUsage([bucket, part]);
    buckets.set(key, bucket);
  }
  return [...buckets.values()].sort((left, right) => left.at - right.at).map((bucket) => toSample(bucket, widthMs));
}

function toSample({ histogram, usage, ...sums }: Bucket, widthMs: number): ReleaseSample {
  return {
    ...sums,
    widthMs,
    latencyMsP50: quantileMs(histogram, 0.5),
    latencyMsP95: quantileMs(histogram, 0.95),
    latencyMsP99: quantileMs(histogram, 0.99),
    usage: usage && toUsage(usage),
  };
}
