import { z } from "zod";

const lengthMax = 2_000;
const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;
/** A name such as `1.0` is a pattern to `=~`, in which the dot stands for anything. */
const inPattern = /[=!]~\s*(["'`])(?:(?!\1).)*\{\{\s*release\s*\}\}/;

/** A query in which `{{release}}` stands for a release's name and, where it counts by itself, `{{window}}` for the interval's length. */
export const QueryTemplate = z
  .string({ error: "Write a query." })
  .trim()
  .min(1, { error: "Write a query." })
  .max(lengthMax, { error: `A query has at most ${lengthMax} characters.` })
  .superRefine((text, context) => {
    const problem = templateProblem(text);
    if (problem !== null) context.addIssue({ code: "custom", message: problem });
  });

/** What is wrong with a template, with the next step; null when nothing is. */
export function templateProblem(text: string): string | null {
  const names = [...text.matchAll(placeholder)].map(([, name = ""]) => name);
  const unknown = names.find((name) => name !== "release" && name !== "window");
  if (unknown !== undefined) return `{{${unknown}}} is not known here; use {{release}} and {{window}}.`;
  if (!names.includes("release")) return 'Name the release, for example {release="{{release}}"}: without it both releases would count as one.';
  if (inPattern.test(text)) return 'Compare the release with "=": to "=~" a name such as 1.0 is a pattern.';
  return null;
}

/** Whether the query gives the count of an interval itself; otherwise it names counters, of which differences are taken. */
export function countsByItself(template: string): boolean {
  return /\{\{\s*window\s*\}\}/.test(template);
}

/** Two queries, of which both must count the same stretch of time. */
export function countAlike({ bad, total }: { readonly bad: string; readonly total: string }): boolean {
  return countsByItself(bad) === countsByItself(total);
}

export const countAlikeIssue = { path: ["bad"], error: "Use {{window}} in both queries or in none: both must count the same stretch of time." };

/** `release` may hold any text: it ends no string of the query, whichever quotes are around it. */
export function fillTemplate(template: string, values: { readonly release: string; readonly windowSeconds: number }): string {
  return template.replace(placeholder, (_, name: string) => (name === "window" ? `${values.windowSeconds}s` : escapeText(values.release)));
}

/** By code point where it is no plain character: a quote escaped as such would be refused between quotes of another kind. */
function escapeText(text: string): string {
  return text.replace(/[\\"'`\p{Cc}]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
