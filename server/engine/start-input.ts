import type { Queryable } from "#db/client.ts";
import { type FleetRow, toFleetState } from "#db/queries/fleets.ts";
import { getRelease, nameReleases } from "#db/queries/releases.ts";
import type { SampleTotals } from "#db/queries/samples.ts";
import type { Observation } from "#domain/engine/observation.ts";
import type { StartInput } from "#domain/engine/start.ts";
import type { FleetPast } from "#domain/evidence/history.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Plan } from "#domain/plan.ts";
import { rateOf } from "./ticks.ts";

const rateOverMs = 10_000;

export interface StartQuestion {
  readonly row: FleetRow;
  readonly releaseId: string;
  readonly plan: Plan;
  readonly observation: Observation;
  readonly canSurge: boolean;
  /** The fleet's traffic of the last minutes. */
  readonly seconds: readonly SampleTotals[];
  readonly past: FleetPast;
  readonly now: number;
}

/** What a start is decided on besides who asks and which rollouts there are. Throws Failure("not-found") for the release. */
export type StartBasis = Omit<StartInput, "planName" | "acknowledged" | "reason" | "actor" | "active" | "queued">;

export async function readStartInput(db: Queryable, question: StartQuestion): Promise<StartBasis> {
  const { row, plan, observation, canSurge, seconds, past, now } = question;
  const { assigned, fleet } = row;
  const release = await getRelease(db, question.releaseId);
  const running = observation.instances.values().flatMap(({ unit }) => unit?.releaseId ?? []);
  const { provenReleaseId, initialReleaseId } = fleet;
  const played = [release.releaseId, initialReleaseId, ...Object.values(assigned), ...running, ...(provenReleaseId ? [provenReleaseId] : [])];
  const releaseNames = await nameReleases(db, played);
  const { errorRate } = rateOf(seconds, now, rateOverMs);
  return { fleet: toFleetState(row), release, releaseNames, plan, observation, errorRate, past, errorsUnit: errorsUnitOf(fleet), canSurge, now };
}

/** A fleet's own source replaces the balancer's count of failures where it says how to count them. */
function errorsUnitOf({ metrics }: Fleet): StartBasis["errorsUnit"] {
  return metrics.source === "prometheus" && metrics.errors ? "raw" : "slots";
}
