export interface ShownLine {
  readonly number: number;
  readonly at: number;
  readonly stream: "out" | "err";
  readonly text: string;
}

/** Lines kept in the browser: the oldest go first, and it is said. */
export const logLinesMax = 50_000;

export interface ShownLog {
  readonly lines: readonly ShownLine[];
  /** Some of what was read is not kept any more. */
  readonly isCapped: boolean;
}

export const emptyLog: ShownLog = { lines: [], isCapped: false };

/** Another call may have added some of them meanwhile. The same log where nothing is new. */
export function addLines(log: ShownLog, more: readonly ShownLine[]): ShownLog {
  const newest = log.lines.at(-1)?.number ?? 0;
  const fresh = more.filter((line) => line.number > newest);
  if (fresh.length === 0) return log;
  const lines = [...log.lines, ...fresh];
  return { lines: lines.slice(-logLinesMax), isCapped: log.isCapped || lines.length > logLinesMax };
}
