import type { ArmCount, MetricEvidence } from "#domain/metric.ts";
import { formatCount, formatPercent } from "./format-figure.ts";

export type EvidenceTone = "ok" | "bad" | "warn" | "progress" | "neutral";

export interface EvidenceReading {
  /** One or two words. */
  readonly label: string;
  readonly tone: EvidenceTone;
  /** "1.8×: not enough to act (needs 1,000×)". */
  readonly text: string;
  /** On a log scale from 1 (nothing known) to the threshold: 0 to 1. */
  readonly filled: number;
}

/** What the meter says. `evidence` is null before the first interval; `off` when the plan switched evidence off. */
export function readEvidence(evidence: MetricEvidence | null, off: boolean): EvidenceReading {
  if (off) return { label: "Off", tone: "neutral", text: "The plan judges no errors: gates open by time and health alone.", filled: 0 };
  if (evidence === null)
    return { label: "Nothing yet", tone: "neutral", text: "The comparison begins with the first requests to the new release.", filled: 0 };
  const factor = formatFactor(evidence.lnE);
  const needs = formatFactor(evidence.lnThreshold);
  const filled = Math.min(1, Math.max(0, evidence.lnE / evidence.lnThreshold));
  switch (evidence.state) {
    case "bad":
      return { label: "Bad", tone: "bad", text: `${factor}: the new release fails more often (acts at ${needs})`, filled: 1 };
    case "overridden":
      return { label: "Overridden", tone: "warn", text: `${factor}: overridden by a person, does not act any more`, filled };
    case "blind":
      return { label: "Blind", tone: "warn", text: "The metrics source is silent: nothing is judged, and nothing counts as good.", filled };
    case "over":
      return { label: "Above its bound", tone: "warn", text: "A plain number: it holds the gate, and never rolls back.", filled };
    case "insufficient":
      return { label: "Too little traffic", tone: "neutral", text: `${factor}: too few requests to tell (acts at ${needs})`, filled };
    case "good":
      return evidence.shownHarmless
        ? { label: "Shown harmless", tone: "ok", text: `${factor}: shown not to be much worse`, filled }
        : { label: "Leaning good", tone: "ok", text: `${factor}: not enough to act (needs ${needs})`, filled };
  }
}

/** An e-value for people: `0.3×`, `1.8×`, `240×`, `1,000×`. */
export function formatFactor(ln: number): string {
  const value = Math.exp(Math.min(ln, LN_SHOWN_MAX));
  if (ln > LN_SHOWN_MAX) return `more than ${formatCount(value)}×`;
  if (value < 0.1) return "below 0.1×";
  return `${value < 10 ? value.toFixed(1) : formatCount(value)}×`;
}

const LN_SHOWN_MAX = Math.log(1_000_000);

/** "9 of 9,000 failed (0.1 %)". */
export function formatArm({ failed, total }: ArmCount): string {
  if (total === 0) return "no requests yet";
  return `${formatCount(failed)} of ${formatCount(total)} failed (${formatPercent((100 * failed) / total)})`;
}
