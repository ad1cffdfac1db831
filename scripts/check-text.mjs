/** Checks on one file's text. Each takes the path and the text and answers with sentences; none means all is well. */

export const linesMax = 400;

const impure = [
  [/\bDate\.now\b|\bnew Date\(\)/, "reads the clock; take `now` as an argument"],
  [/\bMath\.random\b|\bcrypto\b/, "draws at random; take a seed as an argument"],
  [/\bset(Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/, "sets a timer; return an effect or a deadline instead"],
  [/\bprocess\.|\bperformance\.|\bglobalThis\b/, "reads the machine; take what it needs as an argument"],
  [/\bfetch\(|\bconsole\./, "does I/O; return an effect instead"],
];

/** domain/ has no clock, no random and no machine. Tests may have what they need. */
export function impurities(path, text) {
  if (!path.startsWith("domain/") || path.endsWith(".test.ts")) return [];
  const lines = withoutComments(text).split("\n");
  return lines.flatMap((line, index) => impure.filter(([pattern]) => pattern.test(line)).map(([, why]) => `${path}:${index + 1} ${why}.`));
}

export function tooLong(path, text) {
  const lines = text.split("\n").length - 1;
  return lines > linesMax ? [`${path} has ${lines} lines, at most ${linesMax} are allowed: find the seam.`] : [];
}

const unfinished = /\b(TODO|FIXME|XXX)\b|not implemented|coming soon/i;
const untrue = /\.(only|skip|todo|fixme)\(|waitForTimeout\(|expect\(true\)|@ts-(ignore|nocheck)/;

/** Words that say that something is not done, or a test that does not test. */
export function unfinishedWork(path, text) {
  if (path.startsWith("scripts/check")) return [];
  return text.split("\n").flatMap((line, index) => {
    if (unfinished.test(line)) return [`${path}:${index + 1} is unfinished by its own words: ${line.trim()}`];
    return untrue.test(line) ? [`${path}:${index + 1} skips, sleeps or hides: ${line.trim()}`] : [];
  });
}

export function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " ")).replace(/(^|[^:"'`])\/\/.*$/gm, "$1");
}
