import { formatPercent, missing } from "#components/ui/numbers.ts";
import { formatDuration } from "#domain/duration.ts";
import type { Insights, SpreadFigure } from "#domain/insights/insights.ts";
import type { StopCause } from "#domain/rollout.ts";

export const causeWords: Readonly<Record<StopCause | "taken-back", string>> = {
  evidence: "Evidence was bad",
  failures: "Instances failed",
  "whole-batch": "A whole batch failed",
  "progress-deadline": "Nothing moved for too long",
  hook: "A hook failed",
  resources: "It took more than allowed",
  person: "A person decided",
  "taken-back": "Taken back after its end",
};

export interface FigureText {
  readonly value: string;
  readonly note: string;
}

/** "median of 7; 9 of 10 within 4 min". */
export function describeSpread({ spread }: SpreadFigure, format: (value: number) => string = formatDuration): FigureText {
  if (spread === null) return { value: missing, note: "not measured in this period" };
  return {
    value: format(spread.median),
    note: spread.count === 1 ? "one rollout" : `median of ${spread.count}; 9 of 10 within ${format(spread.p90)}`,
  };
}

export function describeFrequency({ frequency: { perWeek, rows } }: Insights): FigureText {
  const value = perWeek >= 7 ? `${trim(perWeek / 7)} a day` : `${trim(perWeek)} a week`;
  return { value, note: `${rows.length} succeeded` };
}

export function describeChangeFailure({ changeFailure: { failed, of } }: Insights): FigureText {
  return of === 0 ? { value: missing, note: "no change reached a fleet" } : { value: formatPercent(failed / of), note: `${failed} of ${of} changes` };
}

export function describeExposure({ exposure: { failed, requests, unknown, rows } }: Insights): FigureText {
  const lost = unknown > 0 ? `; of ${unknown} more no samples are kept` : "";
  if (rows.length === 0) return { value: missing, note: unknown > 0 ? `of ${unknown} no samples are kept` : "no release was turned back" };
  return { value: failed.toLocaleString("en-GB"), note: `of ${requests.toLocaleString("en-GB")} that they served${lost}` };
}

export function describeGates({ gates: { trips, overridden, overriddenAndWell } }: Insights): FigureText {
  if (trips === 0) return { value: "0", note: "no gate closed" };
  const well = overridden === 0 ? "" : `, ${overriddenAndWell} of them went well`;
  return { value: String(trips), note: `${trips - overridden} stood, ${overridden} overridden${well}` };
}

/** 1 → "as predicted" is for a sentence; here "1.2×". */
export function formatMultiple(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)}×`;
}

function trim(value: number): string {
  return value < 10 ? value.toFixed(1).replace(/\.0$/, "") : Math.round(value).toLocaleString("en-GB");
}
