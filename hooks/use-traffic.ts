"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReleaseSample } from "#domain/metric.ts";
import { failureOf } from "./failure.ts";
import { RING_WINDOW_MS } from "./sample-ring.ts";
import { useTRPC } from "./trpc.tsx";
import { useCurrentNow } from "./use-engine-now.ts";
import { useFleetLive } from "./use-fleet-live.ts";

export interface TrafficSpan {
  readonly from: number;
  /** Null while it goes on. */
  readonly until: number | null;
}

export interface Traffic {
  readonly samples: readonly ReleaseSample[];
  /** The same in buckets of at least five seconds: a percentile of one second of few requests is noise. */
  readonly latencySamples: readonly ReleaseSample[];
  /** Engine time at the edges of what is shown. */
  readonly from: number;
  readonly until: number;
  readonly problem: string | null;
  /** Buckets are still being read for the first time. */
  readonly isReading: boolean;
}

const RECENT_MS = 15 * 60_000;
const RECENT_WIDTH_MS = 5_000;
const LATENCY_WIDTH_MS = 5_000;
const BUCKETS_MAX = 300;
/** A little of what was before and after a rollout, to compare with. */
const MARGIN_MS = 20_000;
const MINUTE_MS = 60_000;

/**
 * Samples of one fleet for a window of time. Five minutes come live, second by second; longer windows are read again
 * as often as a bucket is wide, because only the server can merge histograms.
 */
export function useTraffic(fleetId: string, window: "5m" | "15m" | "whole", span: TrafficSpan | null): Traffic {
  const trpc = useTRPC();
  const now = useCurrentNow();
  const live = useFleetLive(fleetId);
  const wanted = windowOf(window, span, now);
  const { from, until, windowMs, widthMs, fixedUntil } = wanted;
  const step = Math.max(RECENT_WIDTH_MS, widthMs);
  const query = useQuery(
    trpc.fleets.samples.queryOptions(
      { fleetId, windowMs, widthMs, ...(fixedUntil === null ? {} : { until: fixedUntil }) },
      {
        enabled: now > 0,
        select: window === "5m" ? undefined : wholeBuckets,
        placeholderData: keepPreviousData,
        refetchInterval: fixedUntil === null ? step : false,
        staleTime: step,
      },
    ),
  );
  if (window === "5m") {
    // The right edge is the newest message: charts move once a second, and stand still when nothing is heard.
    const newest = live.live?.at ?? live.samples.at(-1)?.at ?? now;
    return {
      samples: live.samples,
      latencySamples: query.data ?? noSamples,
      from: newest - RING_WINDOW_MS,
      until: newest,
      problem: null,
      isReading: query.isPending,
    };
  }
  const problem = query.error ? failureOf(query.error).message : query.isPending ? "Reading samples…" : null;
  const samples = query.data ?? noSamples;
  return { samples, latencySamples: samples, from: stepped(from, step), until: stepped(until, step), problem, isReading: query.isPending };
}

const noSamples: readonly ReleaseSample[] = [];

/** What was known at a moment: only buckets that were over by then. */
export function trafficAt(traffic: Traffic, moment: number): Traffic {
  const seen = (samples: readonly ReleaseSample[]) => samples.filter(({ at, widthMs }) => at + widthMs <= moment);
  return { ...traffic, samples: seen(traffic.samples), latencySamples: seen(traffic.latencySamples), until: Math.min(traffic.until, moment) };
}

/** The newest bucket may have been read before it was over: its requests would look like a drop. */
export function wholeBuckets(samples: ReleaseSample[]): ReleaseSample[] {
  const newest = samples.at(-1)?.at;
  return samples.filter(({ at }) => at !== newest);
}

function windowOf(window: "5m" | "15m" | "whole", span: TrafficSpan | null, now: number) {
  if (window === "5m") return { from: now - RING_WINDOW_MS, until: now, windowMs: RING_WINDOW_MS, widthMs: LATENCY_WIDTH_MS, fixedUntil: null };
  if (window === "15m" || span === null) {
    return { from: now - RECENT_MS, until: now, windowMs: RECENT_MS, widthMs: RECENT_WIDTH_MS, fixedUntil: null };
  }
  const from = span.from - MARGIN_MS;
  const end = span.until === null ? null : span.until + MARGIN_MS;
  const fixedUntil = end !== null && end <= now ? end : null;
  const until = fixedUntil ?? Math.min(now, end ?? now);
  // In whole minutes, so that the question stays the same for a while although the window grows.
  const windowMs = fixedUntil === null ? Math.ceil(Math.max(1, now - from) / MINUTE_MS) * MINUTE_MS : fixedUntil - from;
  return { from, until, windowMs, widthMs: widthFor(windowMs), fixedUntil };
}

/** Down to a multiple of `step`: an edge that moves as seldom as new buckets come. */
function stepped(at: number, step: number): number {
  return Math.floor(at / step) * step;
}

/** Whole seconds, at least five, so many that at most 300 buckets remain. */
function widthFor(windowMs: number): number {
  return Math.max(RECENT_WIDTH_MS, Math.ceil(windowMs / BUCKETS_MAX / 1_000) * 1_000);
}
