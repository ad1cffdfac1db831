import type { z } from "zod";
import type { Finding } from "#domain/engine/lint.ts";

/** What is wrong, or worth knowing, about one field. Errors keep a plan from being saved; the rest do not. */
export type FieldProblem = Finding;

/** The schema's issues as one sentence per field. */
export function planIssues(error: z.ZodError): FieldProblem[] {
  const problems = new Map<string, FieldProblem>();
  for (const issue of flatten(error.issues, [])) {
    const field = issue.path.join(".");
    if (!problems.has(field)) problems.set(field, { severity: "error", field, message: sentence(issue) });
  }
  return [...problems.values()];
}

/** `batches.0` is written in the row's size; `metrics` is the switch above the evidence fields. */
export function formPath(field: string): string {
  if (/^batches\.\d+$/.test(field)) return `${field}.size`;
  if (field === "metrics") return "judged";
  if (field === "rollback") return "rollback.maxUnavailable";
  return field;
}

type Issue = z.core.$ZodIssue;

/** A value that fits no branch of a union is judged by the branch it came closest to: the one that looked deepest. */
function flatten(issues: readonly Issue[], path: readonly PropertyKey[]): Issue[] {
  return issues.flatMap((issue) => {
    const at = [...path, ...issue.path];
    if (issue.code !== "invalid_union") return [{ ...issue, path: at }];
    const branches = issue.errors.map((branch) => flatten(branch, at)).filter((branch) => branch.length > 0);
    const closest = branches.toSorted((one, other) => depth(other) - depth(one))[0];
    return closest ?? [{ ...issue, path: at }];
  });
}

function depth(issues: readonly Issue[]): number {
  return Math.max(...issues.map((issue) => issue.path.length * 2 + (issue.code === "invalid_type" ? 0 : 1)));
}

/** The schema's own sentences go through; its generic ones ("expected number, received string") are replaced. */
function sentence(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      if (!generic(issue.message)) return issue.message;
      if (issue.expected === "number" || issue.expected === "int") return "Write a number here.";
      return `Write ${article(issue.expected)} here.`;
    case "unrecognized_keys":
      return `A plan has no field ${issue.keys.map((key) => `"${key}"`).join(", ")}; remove it or check its spelling.`;
    case "invalid_value":
      return `Choose one of: ${issue.values.map(String).join(", ")}.`;
    case "too_small":
      return generic(issue.message) ? `Use ${issue.inclusive ? "" : "more than "}${format(issue.minimum)}${issue.inclusive ? " or more" : ""}.` : issue.message;
    case "too_big":
      return generic(issue.message) ? `Use ${issue.inclusive ? "at most" : "less than"} ${format(issue.maximum)}.` : issue.message;
    default:
      return generic(issue.message) ? "This value cannot be used here." : issue.message;
  }
}

function generic(message: string): boolean {
  return /^(Invalid|Too (small|big)|Expected|Unrecognized)/.test(message);
}

function article(expected: string): string {
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

function format(bound: number | bigint): string {
  return typeof bound === "number" && bound !== 0 && Math.abs(bound) < 0.001 ? String(bound) : bound.toLocaleString("en-US");
}
