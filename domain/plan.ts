import { z } from "zod";
import { Duration } from "./duration-schema.ts";
import { quantileNames } from "./metric.ts";
import { countAlike, countAlikeIssue, QueryTemplate } from "./settings/query-template.ts";
import { BatchSize, Size } from "./size-schema.ts";

const batchEntriesMax = 100;

const Batch = z.union([BatchSize, z.strictObject({ size: BatchSize, soak: Duration.optional(), approval: z.boolean().optional() })]);

const rate = z.number().gt(0, { error: "Use a rate above 0." }).max(1, { error: "Use a rate of at most 1." });

const customMax = 5;
const customName = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, { error: "Use small letters, digits and dashes, up to 31." });

/**
 * A metric of the fleet's own source. Events among trials are compared like errors; a plain number against a bound may hold
 * a gate, and after `patience` pause, but never roll back.
 */
const CustomMetric = z.union([
  z.strictObject({ name: customName, bad: QueryTemplate, total: QueryTemplate }).refine(countAlike, countAlikeIssue),
  z.strictObject({ name: customName, value: QueryTemplate, max: z.number({ error: "Use a number." }) }),
]);
export type CustomMetric = z.infer<typeof CustomMetric>;

const timesMax = 1_000;
const times = z
  .number({ error: "Use a number of times." })
  .min(1, { error: "Use at least 1: as much as the old release." })
  .max(timesMax, { error: `Use at most ${timesMax} times.` });

/** How much more of its machine the new release may take. Only ever a pause: it is no proof of harm. */
export const Resources = z.strictObject({
  cpu: times.default(3),
  memory: times.default(2),
  restarts: z.number().int({ error: "Use a whole number." }).min(0, { error: "Use 0 or more." }).max(1_000).default(0),
});
export type Resources = z.infer<typeof Resources>;

export const Metrics = z.strictObject({
  errors: z.boolean().default(true),
  latency: z
    .array(z.enum(quantileNames))
    .max(quantileNames.length)
    .refine((names) => new Set(names).size === names.length, { error: "Name each quantile once." })
    .default([...quantileNames]),
  custom: z
    .array(CustomMetric)
    .max(customMax, { error: `At most ${customMax} custom metrics.` })
    .refine((metrics) => new Set(metrics.map(({ name }) => name)).size === metrics.length, { error: "Give each metric a name of its own." })
    .default([]),
  alpha: z.number().gte(1e-9).lte(0.5, { error: "Use a bound of at most 0.5." }).default(0.001),
  margin: z.strictObject({ ratio: z.number().min(0).max(10).default(0.1), absolute: z.number().min(0).max(0.5).default(1e-4) }).prefault({}),
  smallestEffect: z.number().gt(1, { error: "Use a factor above 1." }).max(1_000).default(3),
  warmUp: Duration.default("10s"),
  ceiling: z.union([z.literal("auto"), rate]).default("auto"),
  onInsufficient: z.enum(["proceed", "hold"]).default("proceed"),
  onBlind: z.enum(["hold", "proceed"]).default("hold"),
  patience: Duration.default("15m"),
  resources: z.union([z.literal(false), Resources]).optional(),
});
export type Metrics = z.infer<typeof Metrics>;

const hookArgument = z
  .string()
  .min(1)
  .max(1_024)
  .regex(/^[^\0]*$/);

/** What a failed hook does: what the plan's `onFailure` does when left out; `continue` only tells. */
const HookFailure = z.enum(["rollback", "pause", "stop", "continue"]);

/** A plan is stored with every rollout. */
const webhookError = "Give a URL without a name, password, query or fragment: everyone who may read rollouts can read it.";

/** Something of the user's own that a rollout waits for: a program of this machine, or a request to a URL. */
export const Hook = z
  .strictObject({
    command: z.array(hookArgument).min(1, { error: "Name the program to run." }).max(64, { error: "At most 64 arguments." }).optional(),
    webhook: z
      .url({ protocol: /^https?$/, error: "Give an http or https URL." })
      .max(2_048)
      .refine(holdsNoSecret, { error: webhookError })
      .optional(),
    timeout: Duration.default("5m"),
    onFailure: HookFailure.optional(),
  })
  .refine((hook) => (hook.command === undefined) !== (hook.webhook === undefined), { error: "Give a command or a webhook, one of the two." });
export type Hook = z.infer<typeof Hook>;

function holdsNoSecret(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { username, password, search, hash } = new URL(text);
  return [username, password, search, hash].every((part) => part === "");
}

const Hooks = z.strictObject({
  prepare: Hook.optional(),
  beforeBatch: Hook.optional(),
  afterBatch: Hook.optional(),
  finalize: Hook.optional(),
  rollback: Hook.optional(),
});

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, { error: 'Write a time of day such as "09:00"; "24:00" is the end of the day.' });

/** Wall-clock hours of an IANA zone in which new batches may start. `to` before `from` ends on the next day. */
export const Window = z.strictObject({
  days: z
    .array(z.enum(weekdays))
    .min(1, { error: "Choose at least one day." })
    .max(7)
    .default([...weekdays]),
  from: timeOfDay.default("00:00"),
  to: timeOfDay.default("24:00"),
  zone: z.string().max(64).refine(isZone, { error: 'Name an IANA time zone such as "Europe/Berlin" or "UTC".' }).default("UTC"),
});
export type Window = z.infer<typeof Window>;

const windowsMax = 20;

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

const labelValuesMax = 100;
const Order = z.union([
  z.enum(["spread", "zone-by-zone", "oldest-first"]),
  z.strictObject({
    label: z.string().min(1, { error: "Name the label." }).max(63),
    values: z.array(z.string().max(255)).min(1, { error: "List the label's values in their order." }).max(labelValuesMax),
  }),
]);

/** How to roll, as people write it. Unknown fields are refused. See docs/plans.md for every field. */
export const Plan = z.strictObject({
  batches: z
    .array(Batch)
    .min(1, { error: "Give at least one batch." })
    .max(batchEntriesMax, { error: "At most 100 batches; the last one repeats until the fleet is done." })
    .default([1, "10%", "25%"]),
  maxUnavailable: Size.default("25%"),
  maxSurge: Size.default(0),
  order: Order.default("spread"),
  minHealthyTime: Duration.default("5s"),
  healthyDeadline: Duration.default("5m"),
  drainTimeout: Duration.default("30s"),
  retries: z.number().int().min(0).max(10).default(1),
  progressDeadline: Duration.default("15m"),
  maxFailures: Size.default(0),
  onFailure: z.enum(["rollback", "pause", "stop"]).default("rollback"),
  soak: Duration.default("60s"),
  metrics: z.union([z.literal(false), Metrics]).prefault({}),
  watch: Duration.default("5m"),
  hooks: Hooks.prefault({}),
  windows: z
    .array(Window)
    .max(windowsMax, { error: `At most ${windowsMax} windows.` })
    .default([]),
  supersede: z.enum(["reject", "queue", "replace"]).default("reject"),
  rollback: z.strictObject({ maxUnavailable: Size.optional() }).prefault({}),
});
export type Plan = z.infer<typeof Plan>;
export type PlanInput = z.input<typeof Plan>;
