import { z } from "zod";
import type { AlertKind, FleetAlert } from "./alert.ts";
import { Duration } from "./duration-schema.ts";
import { Id, instanceIdPattern, Slug } from "./names.ts";
import type { Artifact } from "./release.ts";
import { DockerSettings } from "./settings/docker.ts";
import { HaproxySettings } from "./settings/haproxy.ts";
import { NginxSettings } from "./settings/nginx.ts";
import { PrometheusSettings } from "./settings/prometheus.ts";

/** A readiness or liveness check. The host is always the instance's observed address. */
export const Check = z.object({
  type: z.literal("http").default("http"),
  path: z
    .string()
    .max(256)
    .regex(/^\/[\x21-\x7e]*$/, { error: 'A check path starts with "/" and has no spaces.' })
    .default("/healthz"),
  interval: Duration.default("1s"),
  timeout: Duration.default("1s"),
  success: z.number().int().min(1).max(100).default(1),
  failure: z.number().int().min(1).max(100).default(3),
});
export type Check = z.infer<typeof Check>;

/** A stable slot of a fleet. What runs in it now is a unit. */
export const Instance = z.object({
  id: z.string().regex(instanceIdPattern),
  zone: Slug,
  labels: z.record(z.string().max(63), z.string().max(255)).default({}),
});
export type Instance = z.infer<typeof Instance>;

/** Where evidence comes from besides the balancer's own counts, which every fleet has. */
export const FleetMetrics = z.discriminatedUnion("source", [z.strictObject({ source: z.literal("embedded") }), PrometheusSettings]);
export type FleetMetrics = z.infer<typeof FleetMetrics>;

/** What runs the fleet's units: this machine's runtime, or a Docker engine. */
export const FleetDriver = z.discriminatedUnion("type", [z.strictObject({ type: z.literal("process") }), DockerSettings]);
export type FleetDriver = z.infer<typeof FleetDriver>;

/** The kind of release that each driver runs. */
export const artifactTypes = { process: "process", docker: "container" } as const satisfies Record<FleetDriver["type"], Artifact["type"]>;

/** A load balancer that Tideline is no part of. */
export const OutsideBalancer = z.discriminatedUnion("type", [HaproxySettings, NginxSettings]);
export type OutsideBalancer = z.infer<typeof OutsideBalancer>;

/** What carries the fleet's traffic. */
export const FleetBalancer = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("embedded"),
    /** Where the fleet's traffic arrives, on the loopback address. 0 lets the runtime choose once. */
    port: z.number().int().min(0).max(65_535),
  }),
  HaproxySettings,
  NginxSettings,
]);
export type FleetBalancer = z.infer<typeof FleetBalancer>;

export const instancesMax = 10_000;
/** One machine carries them all. */
export const localInstancesMax = 200;

/** The instances of one service in one environment. */
export const Fleet = z.object({
  fleetId: Id,
  name: Slug,
  service: Slug,
  environment: Slug,
  driver: FleetDriver,
  balancer: FleetBalancer,
  instances: z.array(Instance).min(1, { error: "A fleet has at least one instance." }).max(instancesMax),
  readiness: Check,
  liveness: Check.nullable(),
  requestTimeout: Duration.default("10s"),
  metrics: FleetMetrics.default({ source: "embedded" }),
  /** What a new instance runs before any rollout succeeded: the release the fleet was created on. */
  initialReleaseId: Id,
  /** The target of the last succeeded rollout; null while the fleet has none. */
  provenReleaseId: Id.nullable(),
});
export type Fleet = z.infer<typeof Fleet>;

/** After a rollback its release is held: only a person with a reason starts it again. */
export interface HeldRelease {
  readonly releaseId: string;
  readonly rolloutId: string;
  readonly reason: string;
  readonly at: number;
}

/** No new batch of any rollout starts before `until`; null means until someone lifts it. */
export interface Freeze {
  readonly until: number | null;
  readonly reason: string;
  readonly by: string;
  /** Who may lift it without more; null for Tideline itself, left out in those of before it was kept. */
  readonly byUserId?: string | null;
  readonly since: number;
}

export function isFreezeOf(freeze: Freeze, userId: string | null): boolean {
  return userId !== null && freeze.byUserId === userId;
}

/** What happened to a fleet beside its rollouts, in the past tense. */
export type FleetFact =
  | { readonly type: "fleet.scaled"; readonly desired: number; readonly added: readonly Instance[]; readonly removed: readonly string[] }
  | { readonly type: "fleet.frozen"; readonly freeze: Freeze }
  | { readonly type: "fleet.thawed"; readonly reason: string }
  | { readonly type: "metrics.set"; readonly metrics: FleetMetrics }
  | { readonly type: "release.held"; readonly held: HeldRelease }
  | { readonly type: "hold.lifted"; readonly releaseId: string; readonly reason: string }
  | { readonly type: "release.proven"; readonly releaseId: string }
  /** It needs a person, and has for longer than a moment. Not raised again before it has ended. */
  | { readonly type: "alert.raised"; readonly alert: FleetAlert }
  /** It was so from `since` to `until`, and has been well for longer than a moment. Engine time. */
  | { readonly type: "alert.ended"; readonly kind: AlertKind; readonly since: number; readonly until: number };

/** A fleet as it is now: its definition, and what its own facts made of it. */
export interface FleetState {
  readonly fleet: Fleet;
  /** The release that each instance should run, by instance id. */
  readonly assigned: Readonly<Record<string, string>>;
  readonly held: HeldRelease | null;
  readonly freeze: Freeze | null;
  /** What is raised; of each kind one at most. */
  readonly alerts: readonly FleetAlert[];
}

/** Instances spread over the zones in turn: i0→a, i1→b, i2→c, i3→a … */
export function createInstances(count: number, zones: readonly string[]): Instance[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `i${index}`,
    zone: zones[index % zones.length] ?? "a",
    labels: {},
  }));
}
