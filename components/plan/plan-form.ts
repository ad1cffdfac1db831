import { z } from "zod";
import { joinCommand, splitCommand } from "#components/ui/split-command.ts";
import { hookNames } from "#domain/hook-names.ts";
import { quantileNames } from "#domain/metric.ts";
import { Name } from "#domain/names.ts";
import { type CustomMetric, type Hook, Plan, type PlanInput, Resources, weekdays } from "#domain/plan.ts";
import { type FieldProblem, schemaProblems, sentenceFor } from "./plan-problems.ts";

/** Long enough for whatever is typed by hand; what is valid is for `Plan` to say. */
const text = z.string().max(20_000);
const rowsMax = 200;

/** A hook's kind is chosen; the texts of both kinds are kept, so that a change of mind loses nothing. */
const HookForm = z.object({
  kind: z.enum(["none", "command", "webhook"]),
  command: text,
  webhook: text,
  timeout: text,
  /** "plan" leaves it to the plan's own `onFailure`. */
  onFailure: z.enum(["plan", "rollback", "pause", "stop", "continue"]),
});
type HookForm = z.infer<typeof HookForm>;

/** A metric of the user's own is of one kind; the texts of both are kept. */
const CustomForm = z.object({ name: text, kind: z.enum(["counts", "value"]), bad: text, total: text, value: text, max: text });
type CustomForm = z.infer<typeof CustomForm>;
/** Not judged leaves the limits out of the plan; what was typed is kept. */
const ResourcesForm = z.object({ judged: z.boolean(), cpu: text, memory: text, restarts: text });
type ResourcesForm = z.infer<typeof ResourcesForm>;

/**
 * The designer's fields. Everything typed stays text, so that a half-written value survives a keystroke and a reload;
 * field paths are those of `Plan`, so that one problem list serves the form, the YAML tab and the server's answer.
 */
export const PlanForm = z.object({
  name: text,
  batches: z.array(z.object({ size: text, soak: text, approval: z.boolean() })).max(rowsMax),
  maxUnavailable: text,
  maxSurge: text,
  order: z.enum(["spread", "zone-by-zone", "oldest-first", "label"]),
  /** Of the order by label; kept when another order is chosen meanwhile. */
  orderLabel: text,
  orderValues: text,
  minHealthyTime: text,
  healthyDeadline: text,
  drainTimeout: text,
  retries: text,
  progressDeadline: text,
  maxFailures: text,
  onFailure: z.enum(["rollback", "pause", "stop"]),
  soak: text,
  watch: text,
  /** False switches evidence off; the settings below are kept for when it comes back. */
  judged: z.boolean(),
  metrics: z.object({
    errors: z.boolean(),
    latency: z.array(z.enum(quantileNames)).max(quantileNames.length),
    custom: z.array(CustomForm).max(rowsMax),
    alpha: text,
    margin: z.object({ ratio: text, absolute: text }),
    smallestEffect: text,
    warmUp: text,
    ceiling: text,
    onInsufficient: z.enum(["proceed", "hold"]),
    onBlind: z.enum(["hold", "proceed"]),
    patience: text,
    resources: ResourcesForm.default({ judged: false, cpu: "3", memory: "2", restarts: "0" }),
  }),
  hooks: z.object({ prepare: HookForm, beforeBatch: HookForm, afterBatch: HookForm, finalize: HookForm, rollback: HookForm }),
  windows: z.array(z.object({ days: z.array(z.enum(weekdays)).max(7), from: text, to: text, zone: text })).max(rowsMax),
  supersede: z.enum(["reject", "queue", "replace"]),
  rollback: z.object({ maxUnavailable: text }),
});
export type PlanForm = z.infer<typeof PlanForm>;

export interface ReadPlan {
  /** Null while the text is no plan. */
  readonly plan: Plan | null;
  readonly name: string | null;
  readonly problems: readonly FieldProblem[];
}

/** What the fields say, with a sentence for each field that says nothing usable. */
export function readPlan(form: PlanForm): ReadPlan {
  const name = Name.safeParse(form.name);
  const plan = parsePlan(toPlanInput(form));
  const nameProblem = name.error?.issues[0];
  return {
    plan: plan.plan,
    name: name.data ?? null,
    problems: [...(nameProblem ? [{ severity: "error" as const, field: "name", message: nameProblem.message }] : []), ...plan.problems],
  };
}

/** Any value as a plan, by the one schema; problems name the form's fields. */
export function parsePlan(value: unknown): { plan: Plan | null; problems: readonly FieldProblem[] } {
  const parsed = Plan.safeParse(value, { error: sentenceFor });
  return parsed.success ? { plan: parsed.data, problems: [] } : { plan: null, problems: schemaProblems(parsed.error) };
}

export function toPlanForm(name: string, input: PlanInput): PlanForm {
  const plan = Plan.parse(input);
  const metrics = plan.metrics === false ? defaultMetrics : plan.metrics;
  return {
    name,
    batches: plan.batches.map((batch) =>
      typeof batch === "object"
        ? { size: String(batch.size), soak: batch.soak ?? "", approval: batch.approval ?? false }
        : { size: String(batch), soak: "", approval: false },
    ),
    maxUnavailable: String(plan.maxUnavailable),
    maxSurge: String(plan.maxSurge),
    ...toOrderForm(plan.order),
    minHealthyTime: plan.minHealthyTime,
    healthyDeadline: plan.healthyDeadline,
    drainTimeout: plan.drainTimeout,
    retries: String(plan.retries),
    progressDeadline: plan.progressDeadline,
    maxFailures: String(plan.maxFailures),
    onFailure: plan.onFailure,
    soak: plan.soak,
    watch: plan.watch,
    judged: plan.metrics !== false,
    metrics: {
      ...metrics,
      latency: [...metrics.latency],
      custom: metrics.custom.map(toCustomForm),
      alpha: String(metrics.alpha),
      margin: { ratio: String(metrics.margin.ratio), absolute: String(metrics.margin.absolute) },
      smallestEffect: String(metrics.smallestEffect),
      ceiling: String(metrics.ceiling),
      resources: toResourcesForm(metrics.resources),
    },
    hooks: {
      prepare: toHookForm(plan.hooks.prepare),
      beforeBatch: toHookForm(plan.hooks.beforeBatch),
      afterBatch: toHookForm(plan.hooks.afterBatch),
      finalize: toHookForm(plan.hooks.finalize),
      rollback: toHookForm(plan.hooks.rollback),
    },
    windows: plan.windows.map((window) => ({ ...window, days: [...window.days] })),
    supersede: plan.supersede,
    rollback: { maxUnavailable: plan.rollback.maxUnavailable === undefined ? "" : String(plan.rollback.maxUnavailable) },
  };
}

function toOrderForm(order: Plan["order"]): Pick<PlanForm, "order" | "orderLabel" | "orderValues"> {
  if (typeof order === "string") return { order, orderLabel: "", orderValues: "" };
  return { order: "label", orderLabel: order.label, orderValues: joinCommand(order.values) };
}

function toCustomForm(metric: CustomMetric): CustomForm {
  const empty = { bad: "", total: "", value: "", max: "" };
  return "bad" in metric ? { ...empty, kind: "counts", ...metric } : { ...empty, kind: "value", ...metric, max: String(metric.max) };
}

function toResourcesForm(resources: Resources | false | undefined): ResourcesForm {
  const { cpu, memory, restarts } = resources || defaultResources;
  return { judged: Boolean(resources), cpu: String(cpu), memory: String(memory), restarts: String(restarts) };
}

function toHookForm(hook: Hook | undefined): HookForm {
  return {
    kind: hook === undefined ? "none" : hook.webhook === undefined ? "command" : "webhook",
    command: joinCommand(hook?.command ?? []),
    webhook: hook?.webhook ?? "",
    timeout: hook?.timeout ?? hookTimeout,
    onFailure: hook?.onFailure ?? "plan",
  };
}

/**
 * The fields as a plan that is not checked yet: `unknown` because typed text may be anything.
 * Batches are written out in full, so that a problem of one always names its size.
 */
export function toPlanInput(form: PlanForm): unknown {
  const { name: _name, judged, batches, metrics: allMetrics, hooks, windows, rollback, orderLabel, orderValues, ...rest } = form;
  const { resources, ...metrics } = allMetrics;
  return {
    ...trimmed(rest),
    batches: batches.map((batch) => ({
      size: toSize(batch.size),
      ...(batch.soak.trim() === "" ? {} : { soak: batch.soak.trim() }),
      ...(batch.approval ? { approval: true } : {}),
    })),
    order: form.order === "label" ? { label: orderLabel.trim(), values: splitCommand(orderValues) } : form.order,
    hooks: Object.fromEntries(hookNames.flatMap((hook) => (hooks[hook].kind === "none" ? [] : [[hook, toHookInput(hooks[hook])]]))),
    windows: windows.map((window) => ({ ...trimmed(window), days: weekdays.filter((day) => window.days.includes(day)) })),
    maxUnavailable: toSize(form.maxUnavailable),
    maxSurge: toSize(form.maxSurge),
    retries: toNumber(form.retries),
    maxFailures: toSize(form.maxFailures),
    metrics: judged && {
      ...trimmed(metrics),
      latency: quantileNames.filter((name) => metrics.latency.includes(name)),
      custom: metrics.custom.map(toCustomInput),
      alpha: toNumber(metrics.alpha),
      margin: { ratio: toNumber(metrics.margin.ratio), absolute: toNumber(metrics.margin.absolute) },
      smallestEffect: toNumber(metrics.smallestEffect),
      ceiling: toNumber(metrics.ceiling),
      ...(resources.judged ? { resources: toResourcesInput(resources) } : {}),
    },
    rollback: rollback.maxUnavailable.trim() === "" ? {} : { maxUnavailable: toSize(rollback.maxUnavailable) },
  };
}

function toCustomInput({ name, kind, bad, total, value, max }: CustomForm): object {
  return kind === "counts"
    ? { name: name.trim(), bad: bad.trim(), total: total.trim() }
    : { name: name.trim(), value: value.trim(), max: toNumber(max) };
}

function toResourcesInput({ cpu, memory, restarts }: ResourcesForm): object {
  return { cpu: toNumber(cpu), memory: toNumber(memory), restarts: toNumber(restarts) };
}

function toHookInput({ kind, command, webhook, timeout, onFailure }: HookForm): object {
  return {
    ...(kind === "command" ? { command: splitCommand(command) } : { webhook: webhook.trim() }),
    timeout: timeout.trim(),
    ...(onFailure === "plan" ? {} : { onFailure }),
  };
}

/** A plan as a person would write it: a batch that says nothing but its size is its size. */
export function compactPlan(plan: Plan): Plan {
  return {
    ...plan,
    batches: plan.batches.map((batch) => {
      if (typeof batch !== "object") return batch;
      const { size, soak, approval } = batch;
      if (soak === undefined && !approval) return size;
      return { size, ...(soak === undefined ? {} : { soak }), ...(approval ? { approval } : {}) };
    }),
  };
}

const hookTimeout = "5m";
const defaultResources = Resources.parse({});
const defaultMetrics = requireMetrics(Plan.parse({}));

function requireMetrics(plan: Plan): Exclude<Plan["metrics"], false> {
  if (plan.metrics === false) throw new TypeError("A plan judges by evidence unless it says otherwise.");
  return plan.metrics;
}

/** "3" is a count; everything else, "25%" included, stays text for the schema to judge. */
function toSize(text: string): number | string {
  return toNumber(text.replace(/\s*%\s*$/, "%"));
}

function toNumber(text: string): number | string {
  const written = text.trim();
  return /^-?\d+(\.\d+)?(e-?\d+)?$/i.test(written) ? Number(written) : written;
}

function trimmed<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, typeof value === "string" ? value.trim() : value])) as Fields;
}
