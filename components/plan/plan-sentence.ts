import { formatDuration, parseDuration } from "#domain/duration.ts";
import { hookNames } from "#domain/hook-names.ts";
import { Plan, type PlanInput } from "#domain/plan.ts";
import type { Size } from "#domain/size.ts";
import { hookLabels } from "./plan-fields.ts";
import { describeWindow } from "./window-words.ts";

/** A plan's batches as one sentence: "1 instance, then 2, then 25% at a time; 90 s after each." */
export function describeBatches(input: PlanInput): string {
  const plan = Plan.parse(input);
  const entries = plan.batches.map((batch) => (typeof batch === "object" ? batch : { size: batch }));
  const steps = entries.map((entry, index) => {
    const size = index === 0 ? formatSize(entry.size) : String(entry.size);
    const repeats = index === entries.length - 1 ? " at a time" : "";
    return `${size}${repeats}${entry.approval ? " with approval" : ""}`;
  });
  return `${steps.slice(0, shownMax).join(", then ")}${steps.length > shownMax ? `, then ${steps.length - shownMax} more steps` : ""}; ${describeSoak(plan, entries)}.`;
}

/** What a plan says beyond its batches, a sentence each; nothing for a plan that says nothing more. */
export function describeRest(input: PlanInput): string[] {
  const plan = Plan.parse(input);
  const hooks = hookNames.filter((hook) => plan.hooks[hook] !== undefined);
  const sentences: string[] = [];
  if (hasSurge(plan.maxSurge))
    sentences.push(`Start-first, up to ${plan.maxSurge} new ${plan.maxSurge === 1 ? "unit" : "units"} beside the old ones.`);
  if (typeof plan.order === "object") sentences.push(`Ordered by ${plan.order.label}: ${plan.order.values.join(", ")}.`);
  if (plan.windows.length > 0) sentences.push(`Only ${plan.windows.map(describeWindow).join("; ")}.`);
  if (hooks.length > 0) sentences.push(`Runs hooks ${formatNames(hooks.map((hook) => hookLabels[hook]))}.`);
  if (plan.supersede !== "reject") sentences.push(plan.supersede === "queue" ? "Queues behind an active rollout." : "Replaces an active rollout.");
  return sentences;
}

function hasSurge(size: Size): boolean {
  return Number.parseFloat(String(size)) > 0;
}

const shownMax = 6;

function describeSoak(plan: Plan, entries: readonly { readonly soak?: string }[]): string {
  const soaks = new Set(entries.map((entry) => parseDuration(entry.soak ?? plan.soak) ?? 0));
  const [only] = soaks;
  if (soaks.size > 1) return `soaks from ${formatDuration(Math.min(...soaks))} to ${formatDuration(Math.max(...soaks))}`;
  return only === 0 ? "no soak" : `${formatDuration(only ?? 0)} soak after each`;
}

export function formatSize(size: Size): string {
  if (typeof size === "string") return size;
  return size === 1 ? "1 instance" : `${size} instances`;
}

/** "1 batch", "12 instances". */
export function formatCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? noun : plural}`;
}

const namesShownMax = 4;

/** "i0, i3 and i6", "i0, i1, i2, i3 and 20 more". */
export function formatNames(names: readonly string[]): string {
  if (names.length <= 1) return names.join("");
  if (names.length <= namesShownMax + 1) return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `${names.slice(0, namesShownMax).join(", ")} and ${names.length - namesShownMax} more`;
}
