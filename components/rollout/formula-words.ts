import { formatPercent } from "#components/charts/format-figure.ts";
import { formOf, gridOf, marginOf, type TestName } from "#domain/evidence/evaluate.ts";
import type { MetricEvidence } from "#domain/metric.ts";
import type { Metrics } from "#domain/plan.ts";

type Told = Pick<MetricEvidence, "metric" | "comparison" | "unit">;

/** What counts as one event, and among what. */
export function describeUnit({ metric, unit }: Told): string {
  if (unit === "raw")
    return "Its source gives plain counts, so what they are worth is divided by how much the old release's counts vary by themselves. That is weaker: it takes longer to find the same.";
  if (metric === "traffic") return "Each second in which an instance in rotation answered nothing counts, among all its seconds in rotation.";
  if (formOf(metric) === "projection")
    return `The first answer of an instance in each second is one trial: slower than the threshold, which ${metric === "latency-p50" ? "half" : "a tenth"} of the old release's answers exceeded before the start, or not.`;
  const what = metric === "errors" ? "one failed request" : "one slow answer";
  return `Short slots of an instance's time with at least ${what} count, not requests: what comes in clumps counts once. Slots that follow each other on one instance, as they do on the old release, are divided by the length of such runs. The counts on this page are requests, for people.`;
}

/** The test in words, with the numbers of the plan. */
export function describeFormula({ metric, comparison }: Told, { margin, ceiling }: Metrics): string {
  const test: TestName = comparison === "ceiling" ? "ceiling" : metric;
  const { omega0, eps } = marginOf(test, { omega0: 1 + margin.ratio, eps: margin.absolute });
  const grid = gridOf(test);
  const bets = `${numerals[grid.length] ?? grid.length} bets, from ${grid[0]} to ${grid.at(-1)?.toLocaleString("en-US")} times that, are held side by side`;
  if (test === "ceiling") {
    const bound = ceiling === "auto" ? "three times the old release's rate in this rollout, at least 1 %" : formatPercent(100 * ceiling);
    return `Nothing is left to compare with, so the rate is held against a bound: ${bound}. ${bets}; each second multiplies them by how much likelier it makes them.`;
  }
  const claim = `at most ${Number(omega0.toFixed(3))} times the old rate${eps > 0 ? ` plus ${formatPercent(100 * eps)}` : ""}`;
  return `The claim is “${claim}”. ${bets} against it. Each second multiplies them by how much likelier it makes them; an event on the new release raises them, one on the old release lowers them. If the claim is true they are not expected to grow, however often one looks.`;
}

const numerals: Readonly<Record<number, string>> = { 3: "Three", 8: "Eight" };
