import type { RolloutQuestion } from "#domain/engine/counts-question.ts";
import { timesOf } from "#domain/settings/prometheus.ts";
import { catchUpMax, dueNumbers, expectedSince, type SourceInterval } from "#domain/source-interval.ts";
import type { Logger } from "#server/log.ts";
import type { CountsSource } from "#server/metrics/source.ts";

/** Answers that each come just in time: after so many timeouts, or an interval's length, the rest is missing. */
const timeoutsMax = 3;

/** What a monitoring system says about a fleet's active rollout, as far as memory holds it. */
export interface Counts {
  /**
   * Begins to read what is due, unless it reads already; null: nobody asks any more. Never throws and never waits: what
   * comes is there at a later step.
   */
  read(question: (RolloutQuestion & { readonly rolloutId: string }) | null, now: number): void;
  /** Oldest first, missing ones included. */
  recentIntervals(): readonly SourceInterval[];
  /** When the newest interval ended that should be here by now; null while nothing is expected. */
  expectedSince(now: number): number | null;
}

interface CountsInput {
  readonly source: Pick<CountsSource, "readIntervals">;
  /** Hears of each interval once. */
  readonly onCounted: (interval: SourceInterval) => void;
  /** There is something new to look at. */
  readonly wake: () => void;
  readonly log: Logger;
}

/** One asking: the same rollout of the same fleet's same settings. */
interface Asking {
  readonly key: string;
  readonly since: number;
  readonly times: ReturnType<typeof timesOf>;
  readonly controller: AbortController;
  intervals: readonly SourceInterval[];
  isReading: boolean;
}

export function createCounts({ source, onCounted, wake, log }: CountsInput): Counts {
  let asking: Asking | null = null;
  let trouble = "";

  async function readDue(current: Asking, question: RolloutQuestion, now: number): Promise<void> {
    // The first time it goes back as far as memory holds: how much the old release's counts vary is known at once then.
    const after = current.intervals.at(-1)?.number ?? Math.floor((now - current.times.delayMs) / current.times.windowMs) - catchUpMax;
    if (dueNumbers(current.times, after, now).length === 0) return;
    current.isReading = true;
    const { timeoutMs, windowMs } = current.times;
    const end = AbortSignal.any([current.controller.signal, AbortSignal.timeout(Math.max(timeoutsMax * timeoutMs, windowMs))]);
    try {
      const read = await source.readIntervals({ ...question, after, now }, end);
      if (asking !== current || read.length === 0) return;
      current.intervals = [...current.intervals, ...read].slice(-catchUpMax);
      for (const interval of read) tell(interval);
      wake();
    } catch (error) {
      if (asking === current) noteTrouble(String(error), error);
    } finally {
      current.isReading = false;
    }
  }

  function tell(interval: SourceInterval): void {
    onCounted(interval);
    const [problem] = Object.values(interval.metrics).flatMap((answer) => (answer?.type === "missing" ? answer.problem : []));
    noteTrouble(problem?.message ?? "", problem);
  }

  /** The same trouble is logged once, not each interval. */
  function noteTrouble(message: string, detail: unknown): void {
    if (message !== "" && message !== trouble) log.warn({ problem: detail }, "The metrics source cannot be counted on; the interval is missing.");
    trouble = message;
  }

  function begin(key: string, question: RolloutQuestion, now: number): Asking {
    asking?.controller.abort();
    return { key, since: now, times: timesOf(question.settings), controller: new AbortController(), intervals: [], isReading: false };
  }

  return {
    read: (question, now) => {
      if (question === null) {
        asking?.controller.abort();
        asking = null;
        return;
      }
      const key = JSON.stringify([question.rolloutId, question.settings, question.queries]);
      if (asking?.key !== key) asking = begin(key, question, now);
      if (!asking.isReading) void readDue(asking, question, now);
    },
    recentIntervals: () => asking?.intervals ?? [],
    expectedSince: (now) => (asking ? expectedSince(asking.times, asking.since, now) : null),
  };
}
