import type { z } from "zod";
import type { Finding } from "#domain/engine/lint.ts";
import { problemsOf } from "#domain/problems.ts";

/** What is wrong, or worth knowing, about one field. Errors keep a plan from being saved; the rest do not. */
export type FieldProblem = Finding;

/** The schema's issues as one sentence for each of the form's fields. */
export function schemaProblems(error: z.ZodError): FieldProblem[] {
  return problemsOf(error).map(({ field, message }) => ({ severity: "error", field: formPath(field), message }));
}

/** A batch is written in its row's size, evidence as a whole is the switch above its fields, lists are written in one line. */
export function formPath(field: string): string {
  if (/^batches\.\d+$/.test(field)) return `${field}.size`;
  if (field === "metrics") return "judged";
  if (field === "rollback") return "rollback.maxUnavailable";
  if (field === "order.label") return "orderLabel";
  if (/^order\.values(\.\d+)?$/.test(field)) return "orderValues";
  if (/^metrics\.latency\.\d+$/.test(field)) return "metrics.latency";
  if (/^windows\.\d+\.days\.\d+$/.test(field)) return field.replace(/\.\d+$/, "");
  const hook = /^hooks\.(\w+)(?:\.command\.\d+)?$/.exec(field);
  if (hook) return `hooks.${hook[1]}.command`;
  return field;
}

/** Sentences for what the schema itself says nothing about; its own sentences come first. */
export function sentenceFor(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "number" || issue.expected === "int" ? "Write a number here." : `Write a value of the kind "${issue.expected}" here.`;
    case "invalid_union":
      return unionSentences[String(issue.path?.at(-1))] ?? 'Use a whole number of instances, or a percentage such as "25%".';
    case "invalid_value":
      return `Choose one of: ${issue.values.map(String).join(", ")}.`;
    case "too_small":
      return issue.inclusive ? `Use ${format(issue.minimum)} or more.` : `Use more than ${format(issue.minimum)}.`;
    case "too_big":
      return issue.inclusive ? `Use at most ${format(issue.maximum)}.` : `Use less than ${format(issue.maximum)}.`;
    default:
      return undefined;
  }
}

const unionSentences: Readonly<Record<string, string>> = {
  ceiling: 'Use "auto", or a share of failed requests above 0 and up to 1, such as 0.05.',
  metrics: "Write the evidence settings, or false to switch evidence off.",
};

function format(bound: number | bigint): string {
  return Math.abs(Number(bound)) < 1 ? String(bound) : bound.toLocaleString("en-US");
}
