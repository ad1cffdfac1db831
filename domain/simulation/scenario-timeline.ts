import { z } from "zod";
import { instancesMax } from "../fleet.ts";
import { hookNames } from "../hook-names.ts";
import { instanceIdPattern, Slug } from "../names.ts";
import { Plan } from "../plan.ts";
import { activeStatuses, terminalStatuses } from "../rollout.ts";
import { waitingReasons } from "../waiting.ts";

/** No run of ours lasts longer than a year. */
export const msMax = 366 * 86_400_000;

export const Ms = z
  .number({ error: "Use a whole number of milliseconds." })
  .int({ error: "Use a whole number of milliseconds." })
  .min(0, { error: "Use 0 or more milliseconds." })
  .max(msMax, { error: "Use at most a year, in milliseconds." });

export const InstanceId = z
  .string({ error: 'Name an instance, such as "i0".' })
  .regex(instanceIdPattern, { error: 'Name an instance, such as "i0".' });

export const ReleaseName = z
  .string({ error: "Write a release's name as text, in quotes where it looks like a number." })
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._+-]{0,63}$/u, {
    error: "A release's name begins with a letter or a digit; then also . _ + - are allowed, 64 in all.",
  });

const counted = z.number({ error: "Use a whole number." }).int({ error: "Use a whole number." }).min(1, { error: "Use 1 or more." });

/** One of these words; the refusal lists them. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `Use one of ${words.join(", ")}.` });
}

/** When something is reached, at most once: the entry is due as soon as this holds. */
export const When = z.union(
  [
    z.strictObject({ batch: counted, is: oneOf(["started", "settled", "soaking", "done"]) }),
    z.strictObject({ updates: counted }),
    z.strictObject({ waiting: oneOf(waitingReasons) }),
    z.strictObject({ status: oneOf([...activeStatuses, ...terminalStatuses]) }),
  ],
  { error: "Say when, as in { batch: 2, is: soaking }." },
);
export type When = z.infer<typeof When>;

const at = { atMs: Ms.optional(), when: When.optional() };
const reason = z.string().trim().min(1, { error: "Say why, or leave it out." }).max(500, { error: "At most 500 characters." }).optional();
const forMs = Ms.min(1, { error: "Use 1 or more milliseconds, or leave it out for ever." }).optional();

const commands = [
  z.strictObject({
    do: z.literal("start"),
    ...at,
    release: ReleaseName,
    /** Instead of the scenario's own. */
    plan: Plan.optional(),
    supersede: Plan.shape.supersede.unwrap().optional(),
    acknowledged: z.boolean().default(true),
    reason,
  }),
  ...(["pause", "resume", "approve", "skipSoak", "rollBack", "cancel", "liftHold", "liftFreeze"] as const).map((name) =>
    z.strictObject({ do: z.literal(name), ...at, reason }),
  ),
  ...(["retryInstance", "skipInstance"] as const).map((name) => z.strictObject({ do: z.literal(name), ...at, instance: InstanceId, reason })),
  z.strictObject({ do: z.literal("scale"), ...at, desired: counted.max(instancesMax) }),
  z.strictObject({ do: z.literal("freeze"), ...at, forMs, reason }),
] as const;

const faults = [
  z.strictObject({ do: z.literal("instanceDies"), ...at, instance: InstanceId }),
  z.strictObject({ do: z.literal("hostLost"), ...at, zone: Slug }),
  ...(["metricsDown", "balancerFails", "driverUnreachable", "balancerIgnores", "staleView"] as const).map((name) =>
    z.strictObject({ do: z.literal(name), ...at, forMs }),
  ),
  z.strictObject({ do: z.literal("balancerLate"), ...at, lateMs: Ms.min(1), forMs }),
  z.strictObject({ do: z.literal("answersLost"), ...at, effects: counted }),
  z.strictObject({ do: z.literal("effectsLost"), ...at, effects: counted }),
  z.strictObject({ do: z.literal("duplicateEffects"), ...at }),
  z.strictObject({
    do: z.literal("hook"),
    ...at,
    hook: oneOf(hookNames),
    ends: oneOf(["succeeded", "failed", "never"]),
    afterMs: Ms.default(1_000),
  }),
  z.strictObject({
    do: z.literal("engineCrash"),
    ...at,
    /** Just before or after the write that this side effect follows from, or after the effect; counted from 1 over the run. */
    atEffect: counted.optional(),
    moment: oneOf(["before-commit", "after-commit", "after-effect"]).optional(),
    downMs: Ms.default(0),
  }),
] as const;

const Entry = z.discriminatedUnion("do", [...commands, ...faults], { error: "Say what to do: see docs/simulation.md for the list." });

/** One thing that people or the world do. */
export const TimelineEntry = Entry.superRefine((entry, context) => {
  const times = [entry.atMs, entry.when, entry.do === "engineCrash" ? entry.atEffect : undefined].filter((time) => time !== undefined);
  const known = entry.do === "engineCrash" ? '"atMs", "when" or "atEffect"' : '"atMs" or "when"';
  if (times.length === 0) context.addIssue({ code: "custom", message: `Say when: give ${known}.` });
  if (times.length > 1) context.addIssue({ code: "custom", message: `Say when once: give ${known}, one of them.` });
  if (entry.do === "engineCrash" && entry.moment !== undefined && entry.atEffect === undefined)
    context.addIssue({ code: "custom", path: ["moment"], message: 'A moment belongs to an effect: give "atEffect" too.' });
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;
