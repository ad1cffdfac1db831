import { isIP } from "node:net";
import type { CheckStep } from "#domain/check-step.ts";
import { type PrometheusSettings, timesOf } from "#domain/settings/prometheus.ts";
import { countsByItself, templateProblem } from "#domain/settings/query-template.ts";
import { type CountedRelease, dueNumbers, type MetricQuery } from "#domain/source-interval.ts";
import type { CountsQuestion } from "#server/metrics/source.ts";
import { type PrometheusClient, type PrometheusSession, SourceDown } from "./client.ts";
import { countQuery, type Stretch, stretchOf } from "./queries.ts";
import { readMetric } from "./read-metric.ts";

/** Its answers tell the time in whole seconds. */
const skewMsTolerated = 3_000;
/** An interval must hold a sample of every series, and scrapes are not punctual. */
const scrapesPerInterval = 2;

/** Everything that a rollout would ask, once. */
export async function checkPrometheus(client: PrometheusClient, question: Omit<CountsQuestion, "after">, signal: AbortSignal): Promise<CheckStep[]> {
  const steps: CheckStep[] = [];
  try {
    const session = await client.open(question.settings, signal);
    try {
      for await (const step of checkSession(session, question, signal)) steps.push(step);
    } finally {
      await session.close();
    }
  } catch (error) {
    if (!(error instanceof SourceDown)) throw error;
    steps.push({ name: error.problem.code === "secret" ? "Secret" : "Connection", outcome: "failed", message: error.problem.message });
  }
  return steps;
}

async function* checkSession(
  session: PrometheusSession,
  { settings, queries, releases, now }: Omit<CountsQuestion, "after">,
  signal: AbortSignal,
): AsyncGenerator<CheckStep> {
  const times = timesOf(settings);
  const stretch = stretchOf(dueNumbers(times, null, now)[0] ?? 0, times.windowMs);
  const { problem } = await session.query("vector(1)", stretch.to, signal);
  if (problem) return yield { name: "Connection", outcome: "failed", message: problem.message };
  yield describeConnection(settings);
  yield describeClock(session.skewMs());
  if (queries.length === 0)
    yield { name: "Queries", outcome: "ok", message: "None is given: the balancer counts failed requests. A plan may have metrics of its own." };
  else if (releases.length === 0)
    yield { name: "Queries", outcome: "doubt", message: "No instance runs, so there is no release to ask about. Try again when one does." };
  for (const query of releases.length === 0 ? [] : queries) yield* checkQuery(session, query, { settings, releases, stretch, signal });
}

function describeConnection({ url, auth }: PrometheusSettings): CheckStep {
  const { host, hostname, protocol } = new URL(url);
  const isOpen = auth.type !== "none" && protocol === "http:" && !/^(localhost|127\..*|\[::1\])$/.test(hostname);
  if (!isOpen) return { name: "Connection", outcome: "ok", message: `${host} answers as Prometheus does.` };
  const where = isIP(hostname) === 0 ? hostname : "that address";
  return { name: "Connection", outcome: "doubt", message: `${host} answers, but the secret goes to ${where} unencrypted. Use https.` };
}

function describeClock(skewMs: number | null): CheckStep {
  if (skewMs === null) return { name: "Clock", outcome: "doubt", message: "It does not tell its time. Make sure that both clocks are set by NTP." };
  if (Math.abs(skewMs) <= skewMsTolerated) return { name: "Clock", outcome: "ok", message: "Its clock and ours agree." };
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  return {
    name: "Clock",
    outcome: "doubt",
    message: `Its clock is ${seconds} s ${skewMs > 0 ? "ahead of" : "behind"} ours, so intervals are of another time. Set both by NTP.`,
  };
}

interface QueryCheck {
  readonly settings: PrometheusSettings;
  readonly releases: readonly CountedRelease[];
  readonly stretch: Stretch;
  readonly signal: AbortSignal;
}

async function* checkQuery(
  session: PrometheusSession,
  query: MetricQuery,
  { settings, releases, stretch, signal }: QueryCheck,
): AsyncGenerator<CheckStep> {
  for (const release of releases) {
    const name = `${query.metric} of ${release.name}`;
    const answer = await readMetric(session, query, [release], stretch, signal);
    if (answer.type === "missing") yield { name, outcome: "failed", message: answer.problem.message };
    else if (answer.type === "counts") yield describeCount(name, answer.counts[release.releaseId], settings.interval);
  }
  if ("total" in query && !countsByItself(query.total) && templateProblem(query.total) === null)
    yield* checkScrapes(session, query.total, { settings, releases, stretch, signal });
}

function describeCount(name: string, count: { readonly bad: number; readonly total: number } | undefined, interval: string): CheckStep {
  const { bad = 0, total = 0 } = count ?? {};
  if (total === 0)
    return { name, outcome: "doubt", message: `Nothing was counted in the last ${interval}. Is there no traffic, or is the label another one?` };
  return { name, outcome: "ok", message: `${round(bad)} of ${round(total)} were bad in the last ${interval}.` };
}

/** From the samples themselves how often it scrapes, since no answer says it. */
async function* checkScrapes(
  session: PrometheusSession,
  total: string,
  { settings, releases, stretch, signal }: QueryCheck,
): AsyncGenerator<CheckStep> {
  const gaps: number[] = [];
  for (const { name } of releases) {
    const { series } = await session.query(countQuery(total, name, stretch), stretch.to, signal);
    for (const { samples } of series ?? []) gaps.push(...samples.slice(1).map(([at], index) => at - (samples[index]?.[0] ?? at)));
  }
  if (gaps.length === 0) return;
  const everyMs = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  const everySeconds = Math.max(1, Math.round(everyMs / 1_000));
  const isEnough = timesOf(settings).windowMs >= scrapesPerInterval * everySeconds * 1_000;
  yield isEnough
    ? { name: "Scrapes", outcome: "ok", message: `It scrapes every ${everySeconds} s, often enough for intervals of ${settings.interval}.` }
    : {
        name: "Scrapes",
        outcome: "doubt",
        message: `It scrapes every ${everySeconds} s; with intervals of ${settings.interval} many will be missing. Use at least ${scrapesPerInterval * everySeconds}s.`,
      };
}

function round(count: number): string {
  return String(Math.round(count * 10) / 10);
}
