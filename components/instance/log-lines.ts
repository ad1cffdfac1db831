import { type AnsiSpan, parseAnsi, stripAnsi } from "./ansi.ts";

/** What a line of a program's output is about, and finding things in it. Pure. */

export interface LogLine {
  readonly number: number;
  readonly at: number;
  readonly stream: "out" | "err";
  readonly text: string;
}

export type LogLevel = "error" | "warn" | "info" | "debug";

export const levelFilters = ["all", "warn", "error", "err"] as const;
export type LevelFilter = (typeof levelFilters)[number];

export const levelFilterNames: Readonly<Record<LevelFilter, string>> = {
  all: "Every line",
  warn: "Warnings and errors",
  error: "Errors",
  err: "Error output",
};

/** Only so far into a line: a level stands at its beginning, and a line may be long. */
const levelWithin = 200;
const wordLevels: Readonly<Record<string, LogLevel>> = {
  fatal: "error",
  panic: "error",
  critical: "error",
  error: "error",
  err: "error",
  severe: "error",
  warning: "warn",
  warn: "warn",
  info: "info",
  notice: "info",
  debug: "debug",
  trace: "debug",
};
const jsonLevel = /"(?:level|severity|lvl)"\s*:\s*"?([a-z]+|\d+)/i;
/** A word of its own before the message: `ERROR …`, `[warn] …`, `level=info`. Only capitals or brackets: "an error" is prose. */
const markedLevel = /(?:^|[\s[(|])(?:level=)?(FATAL|PANIC|CRITICAL|ERROR|ERR|SEVERE|WARNING|WARN|INFO|NOTICE|DEBUG|TRACE)(?=[\s\])|:]|$)/;
const looseLevel = /(?:\[|level=|^)(fatal|panic|critical|error|err|severe|warning|warn|info|notice|debug|trace)(?:\]|\b:|\s|$)/i;

/** The level that a line names itself; null when it names none. */
export function levelOf(text: string): LogLevel | null {
  const head = stripAnsi(text.slice(0, levelWithin));
  const named = jsonLevel.exec(head)?.[1] ?? markedLevel.exec(head)?.[1] ?? looseLevel.exec(head)?.[1];
  if (named === undefined) return null;
  return /^\d+$/.test(named) ? levelOfNumber(Number(named)) : (wordLevels[named.toLowerCase()] ?? null);
}

/** As pino and bunyan number them. */
function levelOfNumber(number: number): LogLevel {
  if (number >= 50) return "error";
  if (number >= 40) return "warn";
  return number >= 30 ? "info" : "debug";
}

export function filterLines(lines: readonly LogLine[], filter: LevelFilter): readonly LogLine[] {
  switch (filter) {
    case "all":
      return lines;
    case "err":
      return lines.filter(({ stream }) => stream === "err");
    case "error":
      return lines.filter(({ text }) => levelOf(text) === "error");
    case "warn":
      return lines.filter(({ text }) => ["error", "warn"].includes(levelOf(text) ?? ""));
  }
}

/** Positions of the lines in which the words stand, whatever their case; none for no words. */
export function findLines(lines: readonly LogLine[], words: string): number[] {
  const wanted = words.toLowerCase();
  if (wanted === "") return [];
  return lines.flatMap(({ text }, position) => (stripAnsi(text).toLowerCase().includes(wanted) ? [position] : []));
}

export interface MarkedSpan extends AnsiSpan {
  /** Part of what was searched for. */
  readonly isFound: boolean;
}

/** The line's stretches, cut where the searched words begin and end, also across two looks. */
export function markFound(text: string, words: string): MarkedSpan[] {
  const spans = parseAnsi(text);
  const whole = spans.map((span) => span.text).join("");
  const ranges = rangesOf(whole.toLowerCase(), words.toLowerCase());
  const marked: MarkedSpan[] = [];
  let at = 0;
  for (const span of spans) {
    const end = at + span.text.length;
    const cuts = [at, ...ranges.flat().filter((cut) => cut > at && cut < end), end];
    for (const [index, from] of cuts.slice(0, -1).entries()) {
      const until = cuts[index + 1] ?? end;
      marked.push({ ...span, text: whole.slice(from, until), isFound: ranges.some(([first, last]) => from >= first && until <= last) });
    }
    at = end;
  }
  return marked;
}

function rangesOf(text: string, wanted: string): [from: number, until: number][] {
  const ranges: [number, number][] = [];
  if (wanted === "") return ranges;
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) ranges.push([at, at + wanted.length]);
  return ranges;
}

/** A line for a file: when, which stream, what. */
export function toFileLine({ at, stream, text }: LogLine): string {
  return `${new Date(at).toISOString()} ${stream} ${stripAnsi(text)}`;
}
