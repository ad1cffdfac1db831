import type { ArmCount, MetricEvidence, MetricName } from "../metric.ts";

/** A metric's name as it stands in a sentence: "errors", "latency p99". */
export function metricText(metric: MetricName): string {
  if (metric === "traffic") return "the share of traffic";
  return metric.startsWith("custom-") ? metric.slice("custom-".length) : metric.replace("-", " ");
}

type Told = Pick<MetricEvidence, "metric" | "thresholdMs">;

/** One release's counts with their verb: "failed 22 of 1,000 requests". */
export function countText({ metric, thresholdMs }: Told, { failed, total }: ArmCount): string {
  const of = `${formatCount(failed)} of ${formatCount(total)}`;
  if (metric === "errors") return `failed ${of} requests`;
  if (metric === "traffic") return `gave no answer in ${of} seconds of an instance`;
  if (thresholdMs !== null) return `took longer than ${formatMs(thresholdMs)} for ${of} requests`;
  return `had ${of} bad`;
}

export function formatMs(ms: number): string {
  return ms < 10 ? `${ms.toPrecision(2)} ms` : `${Math.round(ms).toLocaleString("en-US")} ms`;
}

function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}
