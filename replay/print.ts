import { type MetricReplay, type RolloutReplay, replayMetric, replayRollout, toMetricReport, toRolloutReport } from "#domain/evidence/replay.ts";
import { type Counts, type ReplayInput, type ReplayMetric, type ReplayRollout, rowsOf } from "#domain/evidence/replay-file.ts";

/** A longer list is thinned; what decided and the last interval are always there. */
const rowsShown = 60;

/** Computes a parsed file again: as the line of JSON, or for people, every interval with its counts and a sentence on what decided. */
export function answerReplay(input: ReplayInput, json: boolean): string {
  if (!("metrics" in input)) {
    const result = replayMetric(input, input.alpha);
    return json ? line(toMetricReport(result)) : printMetric("One metric", input.alpha, input, result);
  }
  const result = replayRollout(input);
  return json ? line(toRolloutReport(result)) : printRollout(input, result);
}

function line(report: object): string {
  return `${JSON.stringify(report)}\n`;
}

function printRollout({ alpha, metrics }: ReplayRollout, result: RolloutReplay): string {
  const sections = Object.entries(metrics).flatMap(([name, metric]) => {
    const replayed = result.metrics[name];
    return replayed ? [printMetric(name, alpha, metric, replayed)] : [];
  });
  const rows = shownOf(result.lnSum.length, result.decidedAt).map((index) => [`${index}`, ln(result.lnSum[index])]);
  const lines = [...columns([["interval", "ln of the weighted sum"], ...rows]), ...sentencesOnSum(alpha, metrics, result)];
  return [...sections, section("All metrics", lines)].join("\n");
}

function printMetric(name: string, alpha: number, metric: ReplayMetric, result: MetricReplay): string {
  const rows = shownOf(result.lnE.length, result.decidedAt).map((index) => {
    const counts = (metric.intervals[index] ? rowsOf(metric.intervals[index]) : []).reduce(addCounts, [0, 0, 0, 0]);
    return [`${index}`, ...counts.map(number), ln(result.lnE[index])];
  });
  const head = ["interval", "old events", "of", "new events", "of", "ln E"];
  return section(`${name}: ${describeTest(metric)}`, [...columns([head, ...rows]), sentenceOn(alpha, metric, result)]);
}

function describeTest({ form, omega0, eps, pmax, planned, weight }: ReplayMetric): string {
  const bound = form === "ceiling" ? `at most ${pmax} is allowed` : `at most ${omega0} times the old release's rate and ${eps} is allowed`;
  return `${form} form, ${bound}, weight ${weight}, bets opened ${planned === null ? "at the start" : `over ${planned} intervals`}`;
}

function sentenceOn(alpha: number, { weight, smallestEffect }: ReplayMetric, result: MetricReplay): string {
  const { lnE, state, decidedAt, information, informationNeeded } = result;
  const needed = `ln(1/(${alpha} · ${weight})) = ${ln(Math.log(1 / alpha) - Math.log(weight))}`;
  if (decidedAt !== null) return `Bad: after interval ${decidedAt} ln E is ${ln(lnE[decidedAt])}, which reaches ${needed}.`;
  const highest = `ln E never reached ${needed}; its highest is ${ln(Math.max(0, maxOf(lnE)))}.`;
  const seen = `a release ${smallestEffect} times as bad would have brought ${ln(information)} of ${ln(informationNeeded)}`;
  if (state === "good") return `Good: ${highest} Enough was seen: ${seen}.`;
  return `Insufficient: ${highest} Too little was seen: ${seen}.`;
}

function sentencesOnSum(
  alpha: number,
  metrics: Readonly<Record<string, ReplayMetric>>,
  { lnSum, state, decidedAt, culprit }: RolloutReplay,
): string[] {
  const needed = `ln(1/${alpha}) = ${ln(Math.log(1 / alpha))}`;
  const weights = Object.values(metrics).reduce((sum, { weight }) => sum + weight, 0);
  const note =
    weights > 1 + 1e-9 ? [`The weights add up to ${number(weights)}, so the chance of a false alarm is at most ${number(weights * alpha)}.`] : [];
  if (decidedAt !== null)
    return [`Bad: after interval ${decidedAt} the sum is ${ln(lnSum[decidedAt])}, which reaches ${needed}; most of it is ${culprit}.`, ...note];
  const highest = `the sum never reached ${needed}; its highest is ${ln(Math.max(0, maxOf(lnSum)))}.`;
  return [state === "good" ? `Good: ${highest}` : `Insufficient: ${highest} Not every metric has seen enough.`, ...note];
}

/** Indices of the rows to print. */
function shownOf(length: number, decidedAt: number | null): number[] {
  const stride = Math.ceil(length / rowsShown);
  const isShown = (index: number) => index % stride === 0 || index === decidedAt || index === length - 1;
  return Array.from({ length }, (_, index) => index).filter(isShown);
}

function addCounts(sum: Counts, row: Counts): Counts {
  return [sum[0] + row[0], sum[1] + row[1], sum[2] + row[2], sum[3] + row[3]];
}

function maxOf(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
}

function ln(value: number | undefined): string {
  return (value ?? 0).toFixed(4);
}

function number(value: number): string {
  return `${Number(value.toPrecision(6))}`;
}

function section(title: string, lines: readonly string[]): string {
  return `${title}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  "));
}
