import type { ReleaseSample } from "#domain/metric.ts";

/** More points than this are never drawn in one line; the oldest are left out. */
export const POINTS_MAX = 300;
/** Failures are counts, so they may be added: the error rate is told over this long, or one bucket if that is longer. */
export const ERROR_SPAN_MS = 5_000;

const figures = ["Rate", "Error", "P50", "P95", "P99", "Cpu", "Memory"] as const;
type Figure = (typeof figures)[number];
export type SeriesKey = `${"old" | "new"}${Figure}`;

/** One moment of all charts. Null is a gap and stays one: nothing ended, or nothing is known. */
export type ChartRow = { readonly at: number } & Readonly<Record<SeriesKey, number | null>>;

export interface SeriesInput {
  readonly samples: readonly ReleaseSample[];
  readonly oldReleaseId: string | null;
  readonly newReleaseId: string | null;
  /** Engine time; rows outside are left out. */
  readonly from: number;
  readonly until: number;
}

/**
 * Rows for the charts: requests/s, error rate in percent, latency in milliseconds, and of one instance cores and bytes, for
 * both releases at the same moments.
 */
export function toRows({ samples, oldReleaseId, newReleaseId, from, until }: SeriesInput): ChartRow[] {
  const byMoment = new Map<number, { old?: ReleaseSample; new?: ReleaseSample }>();
  for (const sample of samples) {
    const arm = sample.releaseId === newReleaseId ? "new" : sample.releaseId === oldReleaseId ? "old" : null;
    if (arm === null || sample.at < from || sample.at > until) continue;
    byMoment.set(sample.at, { ...byMoment.get(sample.at), [arm]: sample });
  }
  const moments = [...byMoment].sort(([a], [b]) => a - b).slice(-POINTS_MAX);
  const recent = { old: [] as ReleaseSample[], new: [] as ReleaseSample[] };
  const rows: ChartRow[] = [];
  for (const [at, { old, new: fresh }] of moments) {
    const before = rows.at(-1);
    const widthMs = (fresh ?? old)?.widthMs ?? 1_000;
    if (before && at - before.at > widthMs * 2.5) rows.push(gapAt(before.at + widthMs));
    rows.push({ at, ...armOf("old", old, recent.old), ...armOf("new", fresh, recent.new) } as ChartRow);
  }
  return rows;
}

/** Releases for the two colours when nobody says which is new: the busiest is drawn as new, the second as old. */
export function busiestReleases(samples: readonly ReleaseSample[]): readonly string[] {
  const requests = new Map<string, number>();
  for (const sample of samples) requests.set(sample.releaseId, (requests.get(sample.releaseId) ?? 0) + sample.requests);
  return [...requests].sort(([, a], [, b]) => b - a).map(([releaseId]) => releaseId);
}

export function largest(rows: readonly ChartRow[], keys: readonly SeriesKey[]): number {
  let found = 0;
  for (const row of rows) for (const key of keys) found = Math.max(found, row[key] ?? 0);
  return found;
}

function armOf(arm: "old" | "new", sample: ReleaseSample | undefined, recent: ReleaseSample[]): Partial<Record<SeriesKey, number | null>> {
  return {
    [`${arm}Rate`]: sample ? (sample.requests * 1_000) / sample.widthMs : null,
    [`${arm}Error`]: sample ? errorPercent(sample, recent) : null,
    [`${arm}P50`]: sample?.latencyMsP50 ?? null,
    [`${arm}P95`]: sample?.latencyMsP95 ?? null,
    [`${arm}P99`]: sample?.latencyMsP99 ?? null,
    [`${arm}Cpu`]: sample?.usage?.cpu ?? null,
    [`${arm}Memory`]: sample?.usage?.memoryBytes ?? null,
  };
}

function errorPercent(sample: ReleaseSample, recent: ReleaseSample[]): number | null {
  recent.push(sample);
  while (recent[0] && recent[0] !== sample && recent[0].at <= sample.at - ERROR_SPAN_MS) recent.shift();
  const requests = recent.reduce((sum, each) => sum + each.requests, 0);
  const failed = recent.reduce((sum, each) => sum + each.failed, 0);
  return requests === 0 ? null : (100 * failed) / requests;
}

function gapAt(at: number): ChartRow {
  const gap: Record<string, number | null> = { at };
  for (const arm of ["old", "new"]) for (const figure of figures) gap[`${arm}${figure}`] = null;
  return gap as ChartRow;
}
