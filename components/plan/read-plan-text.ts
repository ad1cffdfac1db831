import { parseDocument, stringify } from "yaml";
import { type Plan, Plan as PlanSchema } from "#domain/plan.ts";
import { fieldLabel } from "./plan-fields.ts";
import { compactPlan, parsePlan } from "./plan-form.ts";

/** A plan of this length would not be read by anybody either. */
const textMax = 100_000;

/** A plan from YAML, of which JSON is a part; or why the text is none: where it stops being YAML, or which field is wrong. */
export function readPlanText(text: string): { plan: Plan | null; error: string | null } {
  if (text.length > textMax) return { plan: null, error: `This is longer than ${textMax.toLocaleString("en-US")} characters.` };
  const document = parseDocument(text, { prettyErrors: true });
  const [syntax] = document.errors;
  if (syntax) return { plan: null, error: `This is not YAML yet: ${syntax.message.split("\n")[0]?.replace(/:$/, "")}.` };
  const { plan, problems } = parsePlan(toValue(document));
  const [first] = problems;
  if (!first) return { plan, error: null };
  const more = problems.length > 1 ? ` And ${problems.length - 1} more.` : "";
  return { plan: null, error: `${first.field ? `${fieldLabel(first.field)}: ` : ""}${first.message}${more}` };
}

/** Without aliases, which could make a short text a huge plan. */
function toValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

/** What is not a plan yet is written as it is. */
export function formatPlan(value: unknown): string {
  const parsed = PlanSchema.safeParse(value);
  return stringify(parsed.success ? compactPlan(parsed.data) : value);
}
