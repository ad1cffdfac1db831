import type { z } from "zod";
import type { Failure, Problem } from "./failure.ts";

type Issue = z.core.$ZodIssue;

/**
 * What is wrong with an input: one sentence for each field, the first that applies. Of a union only the branch that came
 * closest speaks.
 */
export function problemsOf(error: { readonly issues: readonly Issue[] }): Problem[] {
  const byField = new Map<string, Problem>();
  for (const problem of error.issues.flatMap((issue) => toProblems(issue, []))) if (!byField.has(problem.field)) byField.set(problem.field, problem);
  return [...byField.values()];
}

function toProblems(issue: Issue, parents: readonly PropertyKey[]): Problem[] {
  const path = [...parents, ...issue.path];
  if (issue.code === "invalid_union") {
    const closest = closestBranch(issue.errors);
    if (closest) return closest.flatMap((inner) => toProblems(inner, path));
  }
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ field: dotted([...path, key]), message: `"${key}" is not a field here; remove it.` }));
  return [{ field: dotted(path), message: issue.message }];
}

/** A branch that failed only on the kind of the value was never meant; of the others, the one with the fewest issues was. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const meant = branches.filter((issues) => issues.length > 0 && !issues.some(isWrongKind));
  return meant.reduce<readonly Issue[] | null>((closest, issues) => (closest && closest.length <= issues.length ? closest : issues), null);
}

function isWrongKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_union") return issue.errors.every((issues) => issues.some(isWrongKind));
  return issue.code === "invalid_type" || issue.code === "invalid_value";
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}

/** Enough to see what is wrong; the rest is most often the same mistake again. */
const problemsShown = 20;

/** Why a file was refused, for a terminal: a line for each problem, with its path. */
export function formatRefusal(file: string, { message, problems }: Failure): string {
  const shown = problems.slice(0, problemsShown);
  const width = Math.max(0, ...shown.map(({ field }) => field.length));
  const more = problems.length > shown.length ? [`  and ${problems.length - shown.length} more`] : [];
  const lines = [`${file}: ${message}`, ...shown.map(({ field, message: why }) => `  ${field.padEnd(width)}  ${why}`), ...more];
  // A field's name may be any text that the file holds.
  return lines.map((line) => line.replace(/\p{Cc}/gu, "?")).join("\n");
}
