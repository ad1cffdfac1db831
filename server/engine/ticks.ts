import { type SampleTotals, storedWidthMs } from "#db/queries/samples.ts";
import { expectedTickNumber } from "#domain/evidence/expected.ts";
import { mergeTicks } from "#domain/evidence/gather.ts";
import {
  addToHistory,
  createHistory,
  endedParts,
  type FleetPast,
  instanceHistories,
  releaseLengths,
  restoreHistory,
  type StoredPart,
} from "#domain/evidence/history.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { FleetTick } from "#domain/metric.ts";
import type { MetricsSource } from "#server/metrics/source.ts";
import { withDeadline } from "./deadline.ts";
import type { Usages } from "./usages.ts";

const readDeadlineMs = 5_000;
/** What the screen may ask for second by second. */
const secondsKept = 300;
const ticksKept = 120;
const tickMs = 1_000;

/** One fleet's counts, second by second, as far as memory holds them. */
export interface Ticks {
  /** Reads what is new. Never throws: a source that cannot be read is blind, which shows in `expectedNumber`. */
  read(fleet: Fleet, now: number): Promise<readonly FleetTick[]>;
  /** Oldest first. */
  recentTicks(): readonly FleetTick[];
  seconds(): readonly SampleTotals[];
  /** The hour and the newest seconds that a start is judged against. */
  past(): FleetPast;
  /** What was stored of the hour before this engine looked. */
  restoreHistory(parts: readonly StoredPart[]): void;
  /** Parts of the history that are over and began after that time. */
  endedHistory(after: number): StoredPart[];
  /** Sums over stretches of 10 s that are over, and were not taken before. */
  takeCompleted(): readonly SampleTotals[];
  /** Number of the newest tick that should be here by now; null while nothing is expected. */
  expectedNumber(now: number): number | null;
}

export function createTicks(source: MetricsSource, usages: Usages): Ticks {
  let ticks: FleetTick[] = [];
  let seconds: SampleTotals[] = [];
  const history = createHistory();
  let completed: SampleTotals[] = [];
  let open: { readonly at: number; readonly parts: FleetTick[] } | null = null;
  let blindSince: number | null = null;

  function add(fresh: readonly FleetTick[]): void {
    for (const tick of fresh) {
      ticks.push(tick);
      addToHistory(history, tick);
      seconds.push(...toTotals([tick], { at: tick.at, widthMs: tickMs }));
      const at = Math.floor(tick.at / storedWidthMs) * storedWidthMs;
      if (open && open.at !== at) completed.push(...toTotals(open.parts, { at: open.at, widthMs: storedWidthMs }));
      if (!open || open.at !== at) open = { at, parts: [] };
      open.parts.push(tick);
    }
    const oldest = (ticks.at(-1)?.at ?? 0) - secondsKept * tickMs;
    seconds = seconds.filter((second) => second.at > oldest);
    ticks = ticks.slice(-ticksKept);
    completed = completed.slice(-secondsKept);
  }

  return {
    read: async (fleet, now) => {
      const after = ticks.at(-1)?.number ?? 0;
      usages.sample(fleet);
      try {
        const read = await withDeadline(readDeadlineMs, "The metrics source", (signal) => source.readTicks(fleet, after, signal));
        const fresh = read.filter((tick) => tick.number > after).map((tick) => usages.addTo(tick));
        add(fresh);
        blindSince = null;
        return fresh;
      } catch {
        blindSince ??= now;
        return [];
      }
    },
    recentTicks: () => ticks,
    seconds: () => seconds,
    past: () => ({ instances: instanceHistories(history), lengths: releaseLengths(history), ticks }),
    restoreHistory: (parts) => restoreHistory(history, parts),
    endedHistory: (after) => endedParts(history, after),
    takeCompleted: () => {
      const taken = completed;
      completed = [];
      return taken;
    },
    expectedNumber: (now) => expectedTickNumber({ last: ticks.at(-1) ?? null, blindSince }, now),
  };
}

function toTotals(ticks: readonly FleetTick[], bucket: { readonly at: number; readonly widthMs: number }): SampleTotals[] {
  return Object.entries(mergeTicks(ticks)).map(([releaseId, totals]) => ({ releaseId, ...bucket, ...totals }));
}

/** Rate of failed requests and requests per second over the newest seconds; nulls where nothing is known. */
export function rateOf(
  seconds: readonly SampleTotals[],
  now: number,
  overMs: number,
): { requestsPerSecond: number | null; errorRate: number | null } {
  const parts = seconds.filter((second) => second.at >= now - overMs);
  if (parts.length === 0) return { requestsPerSecond: null, errorRate: null };
  const requests = parts.reduce((sum, part) => sum + part.requests, 0);
  const failed = parts.reduce((sum, part) => sum + part.failed, 0);
  const covered = new Set(parts.map((part) => part.at)).size;
  return { requestsPerSecond: requests / covered, errorRate: requests === 0 ? null : failed / requests };
}
