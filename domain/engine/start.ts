import type { RolloutFact } from "../event.ts";
import { Failure } from "../failure.ts";
import type { Fleet } from "../fleet.ts";
import { type Plan, resolvePlan } from "../plan.ts";
import type { Release } from "../release.ts";
import { isServing } from "./capacity.ts";
import { lintPlan } from "./lint.ts";
import type { Observation } from "./observation.ts";

export interface StartInput {
  readonly fleet: Fleet;
  readonly release: Release;
  /** Names of the releases the fleet may run or go back to. */
  readonly releaseNames: Readonly<Record<string, string>>;
  readonly plan: Plan;
  readonly planName: string;
  readonly observation: Observation;
  /** A person has seen that the fleet is bad already. */
  readonly acknowledged: boolean;
  readonly kind: "rollout" | "rollback";
  readonly provenReleaseId: string | null;
  /** Share of failed requests of the whole fleet over the last 10 seconds; null when unknown. */
  readonly errorRate: number | null;
  readonly canSurge: boolean;
}

const ceilingByDefault = 0.05;

/** Whether a rollout may start, and its first fact: the snapshot that it will be judged by. */
export function decideStart(input: StartInput): RolloutFact[] | Failure {
  const { fleet, release, plan, observation } = input;
  if (release.service !== fleet.service)
    return new Failure("invalid", `Release ${release.name} belongs to ${release.service}; this fleet runs ${fleet.service}.`, [
      { field: "releaseId", message: `Choose a release of ${fleet.service}.` },
    ]);
  const findings = lintPlan(plan, { desired: fleet.instances.length, canSurge: input.canSurge }).filter(({ severity }) => severity === "error");
  if (findings.length > 0)
    return new Failure(
      "invalid",
      findings[0]?.message ?? "The plan cannot be carried out.",
      findings.map(({ field, message }) => ({ field: `plan.${field}`, message })),
    );
  const unseen = observation.driver ?? observation.balancer;
  if (unseen) return new Failure("unavailable", `The fleet cannot be seen right now: ${unseen.message} Try again when it is reachable.`);
  const minHealthyMs = resolvePlan(plan, fleet.instances.length).minHealthyMs;
  const everywhere = fleet.instances.every(({ id }) => {
    const seen = observation.instances[id];
    return seen?.unit?.releaseId === release.releaseId && isServing(seen, minHealthyMs);
  });
  if (everywhere) return new Failure("not-allowed-now", `All ${fleet.instances.length} instances already run ${release.name} and are healthy.`);
  const bad = needsAcknowledgement(input);
  if (bad && !input.acknowledged)
    return new Failure("not-allowed-now", `${bad} Acknowledge this to start anyway.`, [{ field: "acknowledged", message: bad }]);
  return [startedFact(input, minHealthyMs)];
}

/** What is bad about the fleet already, with the numbers; null when nothing is. It becomes the baseline once acknowledged. */
export function needsAcknowledgement(input: Pick<StartInput, "fleet" | "plan" | "observation" | "errorRate">): string | null {
  const { fleet, plan, observation, errorRate } = input;
  const desired = fleet.instances.length;
  const limits = resolvePlan(plan, desired);
  const floor = Math.max(0, desired - limits.maxUnavailable);
  const ready = fleet.instances.filter(({ id }) => isServing(observation.instances[id], limits.minHealthyMs)).length;
  if (ready < floor) return `Only ${ready} of ${desired} instances are ready in rotation; the plan's floor is ${floor}.`;
  const ceiling = plan.metrics === false || plan.metrics.ceiling === "auto" ? ceilingByDefault : plan.metrics.ceiling;
  if (errorRate === null || errorRate <= ceiling) return null;
  return `${(errorRate * 100).toFixed(1)} % of the fleet's requests fail already; the ceiling is ${(ceiling * 100).toFixed(1)} %.`;
}

function startedFact(input: StartInput, minHealthyMs: number): RolloutFact {
  const { fleet, release, observation } = input;
  const running = new Set(fleet.instances.flatMap(({ id }) => observation.instances[id]?.unit?.releaseId ?? []));
  const [only] = running;
  // One release everywhere: that is the way back. A mixed fleet goes back to what was last proven, if anything was.
  const wayBackId = running.size === 1 && only !== undefined ? only : input.provenReleaseId;
  return {
    type: "rollout.started",
    kind: input.kind,
    fleetId: fleet.fleetId,
    fleetName: fleet.name,
    service: fleet.service,
    environment: fleet.environment,
    releaseId: release.releaseId,
    releaseNames: input.releaseNames,
    planName: input.planName,
    plan: input.plan,
    instances: fleet.instances.map(({ id, zone, labels }) => {
      const seen = observation.instances[id];
      return { instanceId: id, zone, labels, releaseId: seen?.unit?.releaseId ?? null, wayBackId, wasUnhealthy: !isServing(seen, minHealthyMs) };
    }),
  };
}
