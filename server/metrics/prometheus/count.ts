import type { Count, CountedRelease, SourceProblem, SourceProblemCode } from "#domain/source-interval.ts";
import type { Series } from "./answer.ts";
import { lookFrom, type Stretch } from "./queries.ts";

/**
 * Counts of an interval from the samples of counters. Each series is counted by itself, so that an instance that starts,
 * ends or begins again at zero moves no other's count:
 *
 *   seen in the interval and before it     its increase; a value below the one before is a counter that began again
 *   in it only, never seen in the hour     a new counter: all of it, or the first failure of an instance would be lost
 *   in it only, seen in the hour           back after a long gap: from its first sample on
 *   not in it                              nothing yet: an instance too sick to be scraped is counted when it is back
 *
 * Where nothing at all of a release was scraped, in the interval or the one before, it cannot be said when what happened
 * did happen: the interval is missing.
 */
export interface ReleaseSeries {
  readonly release: CountedRelease;
  readonly bad: readonly Series[];
  readonly total: readonly Series[];
  /** Keys (see `historyKey`) of the series that there were in the hour before the samples asked for. */
  readonly known: ReadonlySet<string>;
}

export type Counts =
  | { readonly counts: Readonly<Record<string, Count>>; readonly problem: null }
  | { readonly counts: null; readonly problem: SourceProblem };

interface Glimpse {
  readonly series: Series;
  /** The last value before the stretch; null when there is none that is near. */
  readonly before: number | null;
  /** That value was scraped no longer ago than a stretch before it. */
  readonly wasFresh: boolean;
  /** Values of the stretch, oldest first. */
  readonly inside: readonly number[];
  readonly wasKnown: boolean;
}

/** Of a sum that was extrapolated the parts may be off by this much. */
const roundingTolerated = 1e-6;

/** A function over time drops the metric's name. */
export function historyKey({ labels }: Pick<Series, "labels">): string {
  const { __name__: _, ...rest } = labels;
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether a series appears in the stretch, so that it must be asked whether it is new. */
export function hasAppeared(series: readonly Series[], stretch: Stretch): boolean {
  return series.some((each) => isNewcomer(look(each, stretch, new Set())));
}

export function countCounters(releases: readonly ReleaseSeries[], stretch: Stretch): Counts {
  const seen = releases.map(({ release, bad, total, known }) => ({
    release,
    bad: bad.map((each) => look(each, stretch, known)),
    total: total.map((each) => look(each, stretch, known)),
  }));
  // A source that has only just begun to look sees every counter for the first time, however old it is.
  const isWatched = seen.some(({ total }) => total.some(({ before, wasKnown }) => before !== null || wasKnown));
  const counts: Record<string, Count> = {};
  for (const [index, { release, bad, total }] of seen.entries()) {
    const wasThere = (releases[index]?.known.size ?? 0) > 0;
    const problem = problemOf({ release, total, wasThere, isWatched }, stretch);
    if (problem) return { counts: null, problem };
    const returned = new Set(
      [...bad, ...total].filter(({ inside, before, wasKnown }) => inside.length > 0 && before === null && wasKnown).map(targetOf),
    );
    const sum = (glimpses: readonly Glimpse[]) => glimpses.reduce((all, glimpse) => all + increaseOf(glimpse, returned.has(targetOf(glimpse))), 0);
    counts[release.releaseId] = { bad: sum(bad), total: sum(total) };
  }
  return checkCounts(
    counts,
    releases.map(({ release }) => release),
  );
}

/** Counts that queries gave by themselves: each the sum of its series. */
export function countSums(releases: readonly Omit<ReleaseSeries, "known">[], stretch: Stretch): Counts {
  const counts: Record<string, Count> = {};
  for (const { release, bad, total } of releases) {
    if (total.length === 0 && isExpected(release, stretch)) return missing("empty", nothingText(release));
    const sum = (series: readonly Series[]) => series.reduce((all, { samples }) => all + (samples.at(-1)?.[1] ?? 0), 0);
    counts[release.releaseId] = { bad: sum(bad), total: sum(total) };
  }
  return checkCounts(
    counts,
    releases.map(({ release }) => release),
  );
}

function checkCounts(counts: Readonly<Record<string, Count>>, releases: readonly CountedRelease[]): Counts {
  const checked: Record<string, Count> = {};
  for (const { releaseId, name } of releases) {
    const { bad, total } = counts[releaseId] ?? { bad: 0, total: 0 };
    if (bad < 0 || total < 0) return missing("negative", `Of release ${name} a count is below 0. Query counters, or their increase.`);
    if (bad > total * (1 + roundingTolerated))
      return missing("contradiction", `Of release ${name} more is bad (${bad}) than there is (${total}). "bad" must be a part of "total".`);
    checked[releaseId] = { bad: Math.min(bad, total), total };
  }
  return { counts: checked, problem: null };
}

function look(series: Series, stretch: Stretch, known: ReadonlySet<string>): Glimpse {
  const { from, to } = stretch;
  const near = series.samples.filter(([at]) => at > lookFrom(stretch) && at <= to);
  const last = near.filter(([at]) => at <= from).at(-1);
  return {
    series,
    before: last?.[1] ?? null,
    wasFresh: last !== undefined && last[0] > from - (to - from),
    inside: near.filter(([at]) => at > from).map(([, value]) => value),
    wasKnown: known.has(historyKey(series)),
  };
}

function isNewcomer({ inside, before }: Glimpse): boolean {
  return inside.length > 0 && before === null;
}

function increaseOf({ before, inside, wasKnown }: Glimpse, isTargetBack: boolean): number {
  let last = before ?? (wasKnown || isTargetBack ? (inside[0] ?? 0) : 0);
  let increase = 0;
  for (const value of inside) {
    increase += value >= last ? value - last : value;
    last = value;
  }
  return increase;
}

/** Whoever is scraped as one comes back as one. */
function targetOf({ series: { labels } }: Glimpse): string {
  return JSON.stringify([labels["job"], labels["instance"]]);
}

interface Sight {
  readonly release: CountedRelease;
  readonly total: readonly Glimpse[];
  /** Something of it was there in the hour before. */
  readonly wasThere: boolean;
  readonly isWatched: boolean;
}

function problemOf({ release, total, wasThere, isWatched }: Sight, stretch: Stretch): SourceProblem | null {
  const values = total.flatMap(({ before, inside }) => [before ?? 0, ...inside]);
  if (values.some((value) => value < 0)) return { code: "negative", message: `Of release ${release.name} a counter is below 0. Query counters.` };
  const fresh = total.filter(({ inside }) => inside.length > 0);
  if (!isWatched && fresh.length > 0)
    return { code: "gap", message: `Nothing is known of release ${release.name} before this interval; the next one can be counted.` };
  if (!isExpected(release, stretch)) return null;
  if (total.length === 0 && !wasThere) return { code: "empty", message: nothingText(release) };
  if (fresh.length === 0)
    return {
      code: "gap",
      message: `Nothing was scraped of release ${release.name} in this interval. Look at its targets; the interval must be longer than the scrape interval.`,
    };
  if (!total.some(({ wasFresh }) => wasFresh) && fresh.some(({ before, wasKnown }) => before !== null || wasKnown))
    return { code: "gap", message: `Release ${release.name} is scraped again after a gap; the next interval can be counted.` };
  return null;
}

/** It has served since before it would have been scraped twice. */
function isExpected({ servesSince }: CountedRelease, { from, to }: Stretch): boolean {
  return servesSince !== null && servesSince <= from - (to - from);
}

function nothingText({ name }: CountedRelease): string {
  return `Release ${name} serves, and the query finds nothing of it. Compare its label with the release's name; a counter must exist before its first request.`;
}

function missing(code: SourceProblemCode, message: string): Counts {
  return { counts: null, problem: { code, message } };
}
