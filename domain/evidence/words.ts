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

/** `0.23 cores`, `0.004 cores`, `12.5 cores`. */
export function formatCores(cores: number): string {
  return `${cores.toFixed(cores >= 10 ? 1 : cores >= 0.0095 || cores === 0 ? 2 : 3)} cores`;
}

/** `0 MB`, `640 kB`, `8.4 MB`, `84 MB`, `1.2 GB`; powers of ten. */
export function formatBytes(bytes: number): string {
  if (bytes === 0) return "0 MB";
  if (bytes < 999_500) return `${Math.round(bytes / 1_000)} kB`;
  const [value, unit] = bytes < 999_500_000 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value).toLocaleString("en-US")} ${unit}`;
}

function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}
