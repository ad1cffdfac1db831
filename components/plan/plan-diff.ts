import { joinCommand } from "#components/ui/split-command.ts";
import { type CustomMetric, Plan, type PlanInput } from "#domain/plan.ts";
import { fieldLabel } from "./plan-fields.ts";
import { compactPlan } from "./plan-form.ts";
import { describeWindow } from "./window-words.ts";

export interface PlanChange {
  readonly field: string;
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

/** The fields in which two plans differ, in the schema's order. Defaults count as written. */
export function diffPlans(before: PlanInput, after: PlanInput): PlanChange[] {
  const one = leaves(compactPlan(Plan.parse(before)));
  const other = leaves(compactPlan(Plan.parse(after)));
  const fields = new Set([...one.keys(), ...other.keys()]);
  return [...fields].flatMap((field) => {
    const was = one.get(field) ?? unset;
    const is = other.get(field) ?? unset;
    return was === is ? [] : [{ field, label: fieldLabel(field), before: was, after: is }];
  });
}

const unset = "not set";

function leaves(value: object, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, field] of Object.entries(value)) {
    const at = path === "" ? key : `${path}.${key}`;
    if (at === "order") found.set(at, formatOrder(field));
    else if (at === "windows") found.set(at, field.length === 0 ? "always" : field.map(describeWindow).join("; "));
    else if (at === "metrics.custom") found.set(at, field.length === 0 ? "none" : field.map(formatCustom).join("; "));
    else if (at === "metrics.latency") found.set(at, field.length === 0 ? "off" : field.join(", "));
    else if (Array.isArray(field)) found.set(at, key === "batches" ? formatRows(field) : joinCommand(field));
    else if (typeof field === "object" && field !== null) for (const [inner, text] of leaves(field, at)) found.set(inner, text);
    else found.set(at, formatLeaf(field));
  }
  return found;
}

function formatRows(rows: Plan["batches"]): string {
  return rows
    .map((row) =>
      typeof row === "object" ? [row.size, row.soak && `soak ${row.soak}`, row.approval && "approval"].filter(Boolean).join(" ") : String(row),
    )
    .join(", ");
}

function formatCustom(metric: CustomMetric): string {
  return "bad" in metric ? `${metric.name}: ${metric.bad} of ${metric.total}` : `${metric.name}: ${metric.value} up to ${metric.max}`;
}

function formatOrder(order: Plan["order"]): string {
  return typeof order === "string" ? order : `by ${order.label}: ${order.values.join(", ")}`;
}

function formatLeaf(value: unknown): string {
  if (value === false) return "off";
  return value === true ? "on" : String(value);
}
