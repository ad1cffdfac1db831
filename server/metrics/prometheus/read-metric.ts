import { countAlike, countsByItself, templateProblem } from "#domain/settings/query-template.ts";
import type { CountedRelease, MetricAnswer, MetricQuery, SourceProblem } from "#domain/source-interval.ts";
import type { Series } from "./answer.ts";
import type { PrometheusSession } from "./client.ts";
import { type Counts, countCounters, countSums, hasAppeared, historyKey } from "./count.ts";
import { countQuery, historyQuery, type Stretch, valueQuery } from "./queries.ts";

/** Releases of one rollout: more than these are not told apart in time. */
const releasesMax = 8;

/** A query of the one metric that cannot be counted; the others may. */
class QueryProblem extends Error {
  override readonly name = "QueryProblem";
  readonly problem: SourceProblem;

  constructor(problem: SourceProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** One metric of all releases. Throws SourceDown. */
export async function readMetric(
  session: PrometheusSession,
  query: MetricQuery,
  releases: readonly CountedRelease[],
  stretch: Stretch,
  signal: AbortSignal,
): Promise<MetricAnswer> {
  const ask = async (promql: string) => {
    const { series, problem } = await session.query(promql, stretch.to, signal);
    if (problem) throw new QueryProblem(problem);
    return series;
  };
  try {
    requireTemplates(query, releases);
    if ("value" in query) return { type: "value", values: await readValues(ask, query.value, releases, stretch) };
    const { counts, problem } = await readCounts(ask, query, releases, stretch);
    return problem ? { type: "missing", problem } : { type: "counts", counts };
  } catch (error) {
    if (error instanceof QueryProblem) return { type: "missing", problem: error.problem };
    throw error;
  }
}

type Ask = (promql: string) => Promise<readonly Series[]>;

async function readCounts(
  ask: Ask,
  query: Extract<MetricQuery, { bad: string }>,
  releases: readonly CountedRelease[],
  stretch: Stretch,
): Promise<Counts> {
  const seen = await Promise.all(
    releases.map(async (release) => {
      const [bad, total] = await Promise.all([query.bad, query.total].map((template) => ask(countQuery(template, release.name, stretch))));
      return { release, bad: bad ?? [], total: total ?? [] };
    }),
  );
  if (countsByItself(query.total)) return countSums(seen, stretch);
  const known = await Promise.all(
    seen.map(async ({ release, bad, total }) => {
      // Where nothing is left of all of it, it matters as well whether there ever was anything.
      const isUnclear = total.length === 0 || hasAppeared(total, stretch);
      const appeared = [hasAppeared(bad, stretch) ? query.bad : [], isUnclear ? query.total : []].flat();
      const before = await Promise.all(appeared.map((template) => ask(historyQuery(template, release.name, stretch))));
      return { release, bad, total, known: new Set(before.flat().map(historyKey)) };
    }),
  );
  return countCounters(known, stretch);
}

/** A plain number of the new release; what has none says nothing. */
async function readValues(ask: Ask, template: string, releases: readonly CountedRelease[], stretch: Stretch): Promise<Record<string, number>> {
  const values: Record<string, number> = {};
  for (const { releaseId, name } of releases.filter(({ arm }) => arm === "new")) {
    const series = await ask(valueQuery(template, name, stretch));
    const [only] = series;
    if (!only) throw new QueryProblem({ code: "empty", message: `The query finds nothing of release ${name}.` });
    if (series.length > 1)
      throw new QueryProblem({ code: "several", message: `The query gives ${series.length} series. Make them one number, for example with max(…).` });
    values[releaseId] = only.samples.at(-1)?.[1] ?? 0;
  }
  return values;
}

function requireTemplates(query: MetricQuery, releases: readonly CountedRelease[]): void {
  if (releases.length > releasesMax)
    throw new QueryProblem({
      code: "too-many",
      message: `${releases.length} releases take part in this rollout; at most ${releasesMax} are asked about.`,
    });
  const templates = "value" in query ? { value: query.value } : { bad: query.bad, total: query.total };
  for (const [field, template] of Object.entries(templates)) {
    const problem = templateProblem(template);
    if (problem) throw new QueryProblem({ code: "template", message: `"${field}": ${problem}` });
  }
  if ("bad" in query && !countAlike(query)) throw new QueryProblem({ code: "template", message: "Use {{window}} in both queries or in none." });
}
