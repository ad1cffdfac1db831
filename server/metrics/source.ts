import type { CheckStep } from "#domain/check-step.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { FleetTick } from "#domain/metric.ts";
import type { PrometheusSettings } from "#domain/settings/prometheus.ts";
import type { CountedRelease, MetricQuery, SourceInterval } from "#domain/source-interval.ts";

/** Counts traffic per instance. Throws `Failure("unavailable")` when it cannot be read: that is blind, never bad. */
export interface MetricsSource {
  /** Ticks with a number above `after`, oldest first, as many as the source still has. */
  readTicks(fleet: Fleet, after: number, signal: AbortSignal): Promise<readonly FleetTick[]>;
}

export interface CountsQuestion {
  readonly settings: PrometheusSettings;
  readonly queries: readonly MetricQuery[];
  readonly releases: readonly CountedRelease[];
  /** Number of the last interval that was read; null before the first. */
  readonly after: number | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Counts per release from a monitoring system outside, interval by interval. Knows no instances and no slots. */
export interface CountsSource {
  /**
   * The intervals that are due, oldest first. One that cannot be counted is among them, with its problem, and is not read
   * again. Throws only for a mistake of ours.
   */
  readIntervals(question: CountsQuestion, signal: AbortSignal): Promise<readonly SourceInterval[]>;
  /** Asks everything once, step by step, as far as one can come. Ends with the first step without which no other makes sense. */
  check(question: Omit<CountsQuestion, "after">, signal: AbortSignal): Promise<readonly CheckStep[]>;
}
