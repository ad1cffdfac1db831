import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { findFleetByName } from "#db/queries/fleets.ts";
import { listPlans } from "#db/queries/plans.ts";
import { listReleases } from "#db/queries/releases.ts";
import { Failure } from "#domain/failure.ts";
import { Name } from "#domain/names.ts";
import { Plan, type PlanInput } from "#domain/plan.ts";
import { Environment } from "#domain/release.ts";
import { authorize } from "#server/auth/authorize.ts";
import type { Context } from "#server/context.ts";
import { createFleet } from "./create-fleet.ts";
import { recordRelease } from "./record-release.ts";
import { savePlan } from "./save-plan.ts";
import { setTraffic } from "./set-traffic.ts";

const demo = {
  name: "greeter-demo",
  service: "greeter",
  environment: "demo",
  instances: 12,
  zones: ["a", "b", "c"],
  requestsPerSecond: 300,
} as const;

/** The example lists its own releases: the same directory with another environment. */
const ExampleReleases = z.array(z.object({ name: Name, env: Environment })).min(1);

const plans: Readonly<Record<string, PlanInput>> = {
  cautious: { batches: [1, 2, "25%"], soak: "90s", watch: "60s", drainTimeout: "10s", healthyDeadline: "30s" },
  standard: { batches: [1, "25%"], soak: "60s", watch: "60s", drainTimeout: "10s", healthyDeadline: "30s" },
  fast: {
    batches: ["25%", "50%"],
    soak: "15s",
    watch: "10s",
    minHealthyTime: "1s",
    drainTimeout: "10s",
    healthyDeadline: "15s",
    metrics: { warmUp: "2s" },
  },
};

/** A fleet to try things on, made by the verbs that make every fleet. Asked for again, it returns the one that is there. */
export async function createDemo(ctx: Context): Promise<{ fleetId: string }> {
  const { db } = ctx.services;
  authorize(ctx, "fleet.create", demo.environment);
  const existing = await findFleetByName(db, demo.name);
  if (existing) return { fleetId: existing.fleet.fleetId };
  const releaseId = await recordDemoReleases(ctx);
  await saveDemoPlans(ctx);
  try {
    const { name, service, environment, instances, zones } = demo;
    const created = await createFleet(ctx, {
      name,
      service,
      environment,
      driver: { type: "process" },
      port: 0,
      instances,
      zones: [...zones],
      releaseId,
      readinessPath: "/healthz",
    });
    await setTraffic(ctx, { fleetId: created.fleetId, requestsPerSecond: demo.requestsPerSecond });
    return created;
  } catch (error) {
    const made = error instanceof Failure && error.code === "conflict" ? await findFleetByName(db, demo.name) : null;
    if (!made) throw error;
    return { fleetId: made.fleet.fleetId };
  }
}

/** Returns the first release's id. What a demo before left behind is used again. */
async function recordDemoReleases(ctx: Context): Promise<string> {
  const recorded = new Map((await listReleases(ctx.services.db, demo.service)).map((release) => [release.name, release.releaseId]));
  const directory = join(ctx.services.config.projectRoot, "examples", "greeter");
  const listed = ExampleReleases.parse(JSON.parse(await readFile(join(directory, "releases.json"), "utf8")));
  for (const { name, env } of listed) {
    if (recorded.has(name)) continue;
    const release = await recordRelease(ctx, { service: demo.service, name, command: ["node", "server.mjs"], directory, env });
    recorded.set(name, release.releaseId);
  }
  const first = recorded.get(listed[0]?.name ?? "");
  if (!first) throw new Failure("internal", "The demo's first release is missing.");
  return first;
}

async function saveDemoPlans(ctx: Context): Promise<void> {
  const saved = new Set((await listPlans(ctx.services.db)).map((plan) => plan.name));
  for (const [name, plan] of Object.entries(plans)) if (!saved.has(name)) await savePlan(ctx, { name, plan: Plan.parse(plan) });
}
