import type { Activity } from "#domain/activity.ts";

/** The columns of a file, in their order. */
const columns = [
  "seq",
  "at",
  "actorId",
  "actorName",
  "action",
  "outcome",
  "target",
  "targetName",
  "detail",
  "hash",
] as const satisfies readonly (keyof Activity)[];

export const formats = {
  jsonl: { type: "application/x-ndjson; charset=utf-8", head: "", line: toJsonLine },
  csv: { type: "text/csv; charset=utf-8", head: `${columns.join(",")}\r\n`, line: toCsvLine },
} as const;
export type ExportFormat = keyof typeof formats;

function toJsonLine({ at, ...activity }: Activity): string {
  return `${JSON.stringify({ ...activity, at: new Date(at).toISOString() })}\n`;
}

function toCsvLine(activity: Activity): string {
  return `${columns.map((column) => toCell(textOf(activity, column))).join(",")}\r\n`;
}

function textOf(activity: Activity, column: (typeof columns)[number]): string {
  if (column === "at") return new Date(activity.at).toISOString();
  if (column === "detail") return JSON.stringify(activity.detail);
  return String(activity[column] ?? "");
}

/**
 * One cell by RFC 4180. A spreadsheet takes text that begins with one of these signs for a formula, and names are given by
 * people: an apostrophe before it makes it text again (OWASP, CSV injection).
 */
export function toCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
