import type { Effect } from "#domain/evidence/effect.ts";
import { metricText } from "#domain/evidence/words.ts";
import type { ArmCount, MetricEvidence } from "#domain/metric.ts";
import { formatCount, formatLatency, formatPercent } from "./format-figure.ts";

export type EvidenceTone = "ok" | "bad" | "warn" | "neutral";

/** A state in one or two words, for a person; colour never says it alone. */
export interface EvidenceLabel {
  readonly label: string;
  readonly tone: EvidenceTone;
}

/** From here on the counts lean towards "worse": one in two harmless releases never gets this far, however often one looks. */
const LN_LEANING = Math.log(2);
/** From here on it is worth a look at night. */
const LN_STRONG = Math.log(10);

/** Whether an e-value speaks against the new release, although not enough to act. */
export function leansBad(lnE: number): boolean {
  return lnE >= LN_LEANING;
}

export function leansHard(lnE: number): boolean {
  return lnE >= LN_STRONG;
}

/** The state of one metric. What speaks strongly against a release is said before "too little was seen". */
export function labelEvidence({
  state,
  lnE,
  shownHarmless,
  gauge,
}: Pick<MetricEvidence, "state" | "lnE" | "shownHarmless" | "gauge">): EvidenceLabel {
  switch (state) {
    case "bad":
      return { label: "Bad", tone: "bad" };
    case "overridden":
      return { label: "Overridden", tone: "warn" };
    case "blind":
      return { label: "Blind", tone: "warn" };
    case "over":
      return { label: "Above its bound", tone: "warn" };
    case "insufficient":
      if (gauge) return { label: "No value yet", tone: "neutral" };
      return leansHard(lnE) ? { label: "Leaning bad", tone: "warn" } : { label: "Too little seen", tone: "neutral" };
    case "good":
      if (gauge) return { label: "Within its bound", tone: "ok" };
      if (leansBad(lnE)) return { label: "Leaning bad", tone: leansHard(lnE) ? "warn" : "neutral" };
      return shownHarmless ? { label: "Shown harmless", tone: "ok" } : { label: "Leaning good", tone: "ok" };
  }
}

/** An e-value for people: `0.3×`, `1.8×`, `240×`, `1,000×`. */
export function formatFactor(ln: number): string {
  const value = Math.exp(Math.min(ln, LN_SHOWN_MAX));
  if (ln > LN_SHOWN_MAX) return `more than ${formatCount(value)}×`;
  if (value < 0.1) return "below 0.1×";
  return `${value < 9.95 ? value.toFixed(1) : formatCount(value)}×`;
}

const LN_SHOWN_MAX = Math.log(1_000_000) + 1e-9;

/** Where an e-value lies between 1 (nothing known) and the point at which it decides, on a log scale: 0 to 1. */
export function filledOf(lnE: number, lnThreshold: number): number {
  return Math.min(1, Math.max(0, lnE / lnThreshold));
}

/** A metric's name where it stands alone: "Errors", "Latency p99", "Share of traffic". */
export function metricLabel(metric: MetricEvidence["metric"]): string {
  const text = metricText(metric).replace(/^the /, "");
  return metric.startsWith("custom-") ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** What is counted, in a few words below the name. */
export function describeCounted({ metric, thresholdMs, gauge }: Pick<MetricEvidence, "metric" | "thresholdMs" | "gauge">): string {
  if (gauge) return `a number, at most ${formatGauge(gauge.max)}`;
  if (metric === "errors") return "failed requests";
  if (metric === "traffic") return "seconds without an answer";
  return thresholdMs === null ? "bad events" : `slower than ${formatLatency(thresholdMs)}`;
}

/** "0.24 %"; a dash before anything was counted. */
export function formatArmRate({ failed, total }: ArmCount): string {
  // A rate is never parted from its sign at the end of a line.
  return total === 0 ? "–" : formatPercent((100 * failed) / total).replace(" ", "\u00a0");
}

/** A plain number; a dash before there was any. */
export function formatGauge(value: number | null): string {
  return value === null ? "–" : Number(value.toPrecision(4)).toLocaleString("en-US", { maximumFractionDigits: 6 });
}

/** "12 of 5,000". */
export function formatArmCount({ failed, total }: ArmCount): string {
  return total === 0 ? "nothing yet" : `${formatCount(failed)} of ${formatCount(total)}`;
}

/** The largest ratio, and the inverse of the smallest, that is tried; see domain/evidence/effect.ts. */
export const RATIO_SHOWN_MAX = 32;

/** How many times as often it happens on the new release, with what no look has ruled out: "2.1× (0.8 to 5.3)". */
export function formatEffect(effect: Effect | null): string {
  if (effect === null) return "–";
  const { ratio, low, high } = effect;
  const shown = ratio === null ? "" : `${formatRatio(ratio)}×`;
  if (low <= 0 && high === null) return shown === "" ? "–" : `${shown} (open)`;
  const interval =
    high === null ? `over ${formatRatio(low)}` : low <= 0 ? `under ${formatRatio(high)}` : `${formatRatio(low)} to ${formatRatio(high)}`;
  return shown === "" ? `${interval}×` : `${shown} (${interval})`;
}

function formatRatio(ratio: number): string {
  if (ratio >= 9.95) return formatCount(ratio);
  return ratio < 0.095 ? ratio.toFixed(2) : ratio.toFixed(1);
}
