import { z } from "zod";
import { type FleetRow, getFleetRow } from "#db/queries/fleets.ts";
import { getRelease, nameReleases } from "#db/queries/releases.ts";
import { planBatches } from "#domain/engine/batches.ts";
import { isServing } from "#domain/engine/capacity.ts";
import { type Finding, lintPlan } from "#domain/engine/lint.ts";
import { needsAcknowledgement, type StartInput } from "#domain/engine/start.ts";
import { Id } from "#domain/names.ts";
import { Plan, resolvePlan } from "#domain/plan.ts";
import type { Release } from "#domain/release.ts";
import type { Context } from "#server/context.ts";
import { observeFleet } from "./observe.ts";
import { portsOf } from "./ports.ts";
import { rateOf } from "./ticks.ts";

export const CheckStart = z.object({ fleetId: Id, releaseId: Id, plan: Plan });
export type CheckStart = z.infer<typeof CheckStart>;

/** What would happen if this rollout were started now. */
export interface StartCheck {
  readonly findings: readonly Finding[];
  /** What is bad already, in a sentence that a person must acknowledge; null when nothing is. */
  readonly needsAcknowledgement: string | null;
  readonly batches: number;
  /** Instances that would change. */
  readonly instances: number;
}

const rateOverMs = 10_000;

/** Lints a plan for a fleet as it is now. Changes nothing. */
export async function checkStart(ctx: Context, input: CheckStart): Promise<StartCheck> {
  const { row, start, requestsPerSecond } = await readStart(ctx, input);
  const { fleet, plan, observation, release, errorRate, canSurge } = start;
  const limits = resolvePlan(plan, fleet.instances.length);
  const changing = fleet.instances.filter(({ id }) => {
    const seen = observation.instances[id];
    return seen?.unit?.releaseId !== release.releaseId || !isServing(seen, limits.minHealthyMs);
  });
  const orderable = changing.map(({ id, zone }) => {
    const seen = observation.instances[id];
    return { instanceId: id, zone, unitStartedAt: seen?.unit?.startedAt ?? null, healthy: isServing(seen, limits.minHealthyMs) };
  });
  const sentences = [heldText(row, release), needsAcknowledgement(start)].filter((sentence) => sentence !== null);
  return {
    findings: lintPlan(plan, { desired: fleet.instances.length, canSurge, requestsPerSecond, errorRate }),
    needsAcknowledgement: sentences.length > 0 ? sentences.join(" ") : null,
    batches: planBatches(orderable, limits, plan.order).length,
    instances: changing.length,
  };
}

type ReadStart = Omit<StartInput, "planName" | "acknowledged" | "kind">;

/** All that a start is decided on: the fleet as recorded, and as it is seen right now. Throws Failure("not-found"). */
export async function readStart(
  ctx: Context,
  input: { readonly fleetId: string; readonly releaseId: string; readonly plan: Plan },
): Promise<{ readonly row: FleetRow; readonly start: ReadStart; readonly requestsPerSecond: number | null }> {
  const { db, engine } = ctx.services;
  const row = await getFleetRow(db, input.fleetId);
  const { fleet } = row;
  const release = await getRelease(db, input.releaseId);
  const ports = portsOf(ctx.services, fleet);
  const observation = await observeFleet(ports, fleet);
  const running = Object.values(observation.instances).flatMap((instance) => instance.unit?.releaseId ?? []);
  const { provenReleaseId } = fleet;
  const played = [release.releaseId, ...Object.values(row.assigned), ...running, ...(provenReleaseId ? [provenReleaseId] : [])];
  const { errorRate, requestsPerSecond } = rateOf(engine.seconds(fleet.fleetId), engine.now(), rateOverMs);
  const releaseNames = await nameReleases(db, played);
  const canSurge = ports.driver.canSurge;
  return { row, requestsPerSecond, start: { fleet, release, releaseNames, plan: input.plan, observation, provenReleaseId, errorRate, canSurge } };
}

/** A release that was rolled back is held: whoever starts it again must have seen why. */
export function heldText({ heldRelease }: Pick<FleetRow, "heldRelease">, release: Release): string | null {
  if (heldRelease?.releaseId !== release.releaseId) return null;
  return `${release.name} was rolled back on this fleet before: ${heldRelease.reason}`;
}
