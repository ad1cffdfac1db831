import { z } from "zod";
import { Failure } from "../failure.ts";
import { instancesMax } from "../fleet.ts";
import { hookNames } from "../hook-names.ts";
import { Slug } from "../names.ts";
import { Plan } from "../plan.ts";
import { problemsOf } from "../problems.ts";
import { InstanceId, Ms, msMax, oneOf, ReleaseName, TimelineEntry } from "./scenario-timeline.ts";

const requestsPerSecondMax = 100_000;
const entriesMax = 1_000;

const rate = z
  .number({ error: "Use a share from 0 to 1." })
  .min(0, { error: "Use a share from 0 to 1." })
  .max(1, { error: "Use a share from 0 to 1." });

const latencyMs = z.number({ error: "Use a number of milliseconds." }).gt(0, { error: "Use more than 0 milliseconds." }).max(60_000);
const Latency = z
  .strictObject({ p50: latencyMs, p99: latencyMs })
  .refine(({ p50, p99 }) => p99 >= p50, { path: ["p99"], error: "p99 is at least p50." });

const Who = z.union([z.literal("all"), z.array(InstanceId)], { error: 'List instances, or write "all".' });

const Release = z.strictObject({
  updateMs: Ms.default(1_000),
  readyMs: Ms.default(500),
  errorRate: rate.optional(),
  latencyMs: Latency.optional(),
  errorsBeginAfterMs: Ms.optional(),
  neverReady: Who.default([]),
  crashAfterMs: Ms.optional(),
  flap: z.strictObject({ upMs: Ms.min(1, { error: "Use 1 or more." }), downMs: Ms.min(1, { error: "Use 1 or more." }) }).optional(),
  hangs: Who.default([]),
  cpu: z.number({ error: "Use a number of cores." }).min(0, { error: "Use 0 or more." }).max(1_024).optional(),
  memoryMb: z.number({ error: "Use a number of megabytes." }).min(0, { error: "Use 0 or more." }).max(10_000_000).optional(),
  driverErrors: z.record(InstanceId, z.number().int().min(0).max(1_000)).default({}),
});

const Traffic = z.strictObject({
  rps: z.number({ error: "Use a number of requests per second." }).min(0, { error: "Use 0 or more." }).max(requestsPerSecondMax),
  errorRate: rate.default(0),
  latencyMs: Latency.default({ p50: 20, p99: 120 }),
});

const Fleet = z.strictObject(
  {
    instances: z
      .number({ error: "Use a whole number of instances." })
      .int({ error: "Use a whole number of instances." })
      .min(1, { error: "A fleet has at least 1 instance." })
      .max(instancesMax, { error: "A fleet has at most 10,000 instances." }),
    zones: z.array(Slug).min(1, { error: "Name at least one zone, or leave it out." }).max(100).default(["a"]),
    release: ReleaseName.default("v1"),
    unhealthy: z.array(InstanceId).default([]),
    drainMs: z.union([Ms, z.literal("hangs")], { error: 'Use a whole number of milliseconds, or "hangs".' }).default(0),
    surge: z.boolean().default(true),
    traffic: Traffic.optional(),
  },
  { error: "Say on which fleet it is played, as in { instances: 6 }." },
);

const HookResult = z.strictObject({ ends: oneOf(["succeeded", "failed", "never"]).default("succeeded"), afterMs: Ms.default(1_000) });

/** What `npm run simulate` reads; docs/simulation.md explains every field. Unknown fields are refused. */
export const Scenario = z
  .strictObject(
    {
      seed: z.number({ error: "Use a whole number." }).int({ error: "Use a whole number." }).default(1),
      fleet: Fleet,
      releases: z.record(ReleaseName, Release).default({}),
      plan: Plan.prefault({}),
      hooks: z.partialRecord(z.enum(hookNames), HookResult).default({}),
      timeline: z
        .array(TimelineEntry, { error: "List what happens, as in [{ atMs: 0, do: start, release: v2 }]." })
        .max(entriesMax, { error: "At most 1,000 entries." }),
      untilMs: Ms.min(1, { error: "Use 1 or more." }).max(msMax).default(86_400_000),
    },
    { error: "A scenario is an object with at least a fleet and a timeline." },
  )
  .superRefine((scenario, context) => {
    for (const { path, message } of impossibilities(scenario)) context.addIssue({ code: "custom", path, message });
  });
export type Scenario = z.infer<typeof Scenario>;
export type ScenarioInput = z.input<typeof Scenario>;

/** The scenario, or the Failure that says what is wrong where. */
export function parseScenario(input: unknown): Scenario | Failure {
  const parsed = Scenario.safeParse(input);
  if (parsed.success) return parsed.data;
  return new Failure("invalid", "This is not a scenario.", problemsOf(parsed.error));
}

interface Impossible {
  readonly path: (string | number)[];
  readonly message: string;
}

/** What each field allows, but the whole does not. */
function impossibilities(scenario: Omit<z.output<typeof Scenario>, never>): Impossible[] {
  const { fleet, releases, timeline } = scenario;
  const most = Math.max(fleet.instances, ...timeline.map((entry) => (entry.do === "scale" ? entry.desired : 0)));
  const found: Impossible[] = [];
  const name = (instanceId: string, below: number, path: (string | number)[]) => {
    const index = /^i(0|[1-9]\d{0,5})$/.exec(instanceId)?.[1];
    if (index === undefined || Number(index) >= below)
      found.push({ path, message: `There is no ${instanceId}: the instances are i0 … i${below - 1}.` });
  };
  for (const [index, instanceId] of fleet.unhealthy.entries()) name(instanceId, fleet.instances, ["fleet", "unhealthy", index]);
  if (new Set(fleet.zones).size < fleet.zones.length) found.push({ path: ["fleet", "zones"], message: "Name each zone once." });
  for (const [release, { neverReady, hangs, driverErrors }] of Object.entries(releases)) {
    for (const [field, who] of Object.entries({ neverReady, hangs }))
      if (who !== "all") for (const [index, instanceId] of who.entries()) name(instanceId, most, ["releases", release, field, index]);
    for (const instanceId of Object.keys(driverErrors)) name(instanceId, most, ["releases", release, "driverErrors", instanceId]);
  }
  for (const [index, entry] of timeline.entries()) {
    if ("instance" in entry) name(entry.instance, most, ["timeline", index, "instance"]);
    if (entry.do === "hostLost" && !fleet.zones.includes(entry.zone))
      found.push({ path: ["timeline", index, "zone"], message: `There is no zone ${entry.zone}: the zones are ${fleet.zones.join(", ")}.` });
  }
  if (!timeline.some((entry) => entry.do === "start"))
    found.push({ path: ["timeline"], message: "Nothing is started: add an entry such as { atMs: 0, do: start, release: v2 }." });
  return found;
}
