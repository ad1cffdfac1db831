import { timesOf } from "#domain/settings/prometheus.ts";
import { dueNumbers, type MetricAnswer, type MetricQuery, type SourceInterval, type SourceProblem } from "#domain/source-interval.ts";
import type { CountsQuestion, CountsSource } from "#server/metrics/source.ts";
import { checkPrometheus } from "./check.ts";
import { type PrometheusClient, type PrometheusSession, SourceDown } from "./client.ts";
import { stretchOf } from "./queries.ts";
import { readMetric } from "./read-metric.ts";

/** Counts from a Prometheus, or whatever speaks its API: exact, interval by interval, each at a time of its own. */
export function createPrometheusSource(client: PrometheusClient): CountsSource {
  return {
    readIntervals: async (question, signal) => {
      const times = timesOf(question.settings);
      const numbers = dueNumbers(times, question.after, question.now);
      const ended = numbers.map((number) => ({ number, at: number * times.windowMs, windowMs: times.windowMs }));
      const read: SourceInterval[] = [];
      if (ended.length === 0) return read;
      try {
        const session = await client.open(question.settings, signal);
        try {
          for (const interval of ended) read.push({ ...interval, metrics: await readMetrics(session, question, interval.number, signal) });
        } finally {
          await session.close();
        }
      } catch (error) {
        if (!(error instanceof SourceDown)) throw error;
        // Whatever was due is missing: asking for each of them would take a timeout each.
        for (const interval of ended.slice(read.length)) read.push({ ...interval, metrics: allMissing(question.queries, error.problem) });
      }
      return read;
    },
    check: (question, signal) => checkPrometheus(client, question, signal),
  };
}

function allMissing(queries: readonly MetricQuery[], problem: SourceProblem): SourceInterval["metrics"] {
  return Object.fromEntries(queries.map(({ metric }) => [metric, { type: "missing", problem }]));
}

async function readMetrics(
  session: PrometheusSession,
  { settings, queries, releases }: CountsQuestion,
  number: number,
  signal: AbortSignal,
): Promise<SourceInterval["metrics"]> {
  const stretch = stretchOf(number, timesOf(settings).windowMs);
  const answers: [string, MetricAnswer][] = [];
  for (const query of queries) answers.push([query.metric, await readMetric(session, query, releases, stretch, signal)]);
  return Object.fromEntries(answers);
}
