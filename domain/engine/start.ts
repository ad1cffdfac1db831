import { type Actor, formatActor } from "../actor.ts";
import { formatDuration } from "../duration.ts";
import type { RolloutFact, StartedInstance } from "../event.ts";
import type { Baseline } from "../evidence/baseline.ts";
import type { FleetPast } from "../evidence/history.ts";
import { baselineBefore } from "../evidence/past.ts";
import { Failure } from "../failure.ts";
import type { FleetState } from "../fleet.ts";
import type { Plan } from "../plan.ts";
import { resolvePlan } from "../plan-limits.ts";
import type { Release } from "../release.ts";
import { inFlightPhases, type Rollout } from "../rollout.ts";
import { describeShortage, unitPortsOf } from "../unit-ports.ts";
import { lintPlan } from "./lint.ts";
import type { Observation } from "./observation.ts";
import { asSentence } from "./sentence.ts";
import { isServing } from "./survey.ts";

export interface StartInput {
  readonly fleet: FleetState;
  readonly release: Release;
  /** Names of the releases the fleet may run or go back to. */
  readonly releaseNames: Readonly<Record<string, string>>;
  readonly plan: Plan;
  readonly planName: string;
  readonly observation: Observation;
  /** A person has seen that the fleet is bad already. */
  readonly acknowledged: boolean;
  /** Why a held release is started all the same. */
  readonly reason: string | null;
  readonly actor: Actor;
  /** Share of failed requests of the whole fleet over the last 10 seconds; null when unknown. */
  readonly errorRate: number | null;
  readonly past: FleetPast;
  /** By whom failures are counted. */
  readonly errorsUnit: Baseline["errorsUnit"];
  readonly canSurge: boolean;
  /** Why the driver could not start the release, in its words; null or left out when it could. */
  readonly unresolved?: string | null;
  /** A second person approves the start before anything is touched; left out where the environment is not protected. */
  readonly needsApproval?: boolean;
  /** The rollouts of this fleet that have not ended. */
  readonly active: Rollout | null;
  readonly queued: Rollout | null;
  readonly now: number;
}

export interface StartDecision {
  /** What becomes of the active rollout first. */
  readonly active: readonly RolloutFact[];
  /** The new rollout's first facts: it is started, or queued. */
  readonly rollout: readonly RolloutFact[];
}

const ceilingByDefault = 0.05;
/** So long a start waits for its approval: what was true of the fleet when it was asked for is not true for ever. */
const approvalMs = 4 * 3_600_000;

/** Whether a rollout may start, what that does to the one that is active, and its first fact: the snapshot it is judged by. */
export function decideStart(input: StartInput): StartDecision | Failure {
  const refusal = refuseStart(input);
  if (refusal) return refusal;
  const { active, plan } = input;
  if (input.needsApproval) return askForApproval(input);
  if (active === null && input.queued?.queue?.approval) return alreadyQueued(input.queued);
  if (active === null) return begin(input, []);
  if (isWatched(active)) return begin(input, [cutShort(active)]);
  switch (plan.supersede) {
    case "reject":
      return busy(active, "Wait until that rollout has ended, cancel it, or choose to queue behind it or to replace it.");
    case "queue":
      return input.queued === null ? { active: [], rollout: [queuedFact(input, active)] } : alreadyQueued(input.queued);
    case "replace":
      return replace(input, active);
  }
}

/** Nothing is touched before the approval: a rollout that is active goes on, and this one waits behind it where its plan says so. */
function askForApproval(input: StartInput): StartDecision | Failure {
  const { active, plan, queued } = input;
  if (queued) return alreadyQueued(queued);
  if (active && !isWatched(active)) {
    if (plan.supersede === "reject") return busy(active, "Wait until that rollout has ended, cancel it, or choose to queue behind it.");
    if (plan.supersede === "replace")
      return busy(active, "A start that needs an approval replaces nothing. Queue behind that rollout, or roll it back or cancel it first.");
  }
  return { active: [], rollout: [queuedFact(input, active)] };
}

function alreadyQueued(queued: Rollout): Failure {
  return new Failure("conflict", `A rollout to ${nameOf(queued)} is queued already; cancel that one first.`);
}

/** When the one before has ended: starts after success or when a person let it go on; else it says that it asks. */
export function decideDequeue(queued: Rollout, before: Rollout | null, input: StartInput): RolloutFact[] | Failure {
  const approval = queued.queue?.approval ?? null;
  if (approval && !approval.approvedBy) return input.now < approval.until ? [] : [endedUnapproved()];
  const mayStart = queued.queue?.behind === null || queued.queue?.isReleased === true || before === null || before.status === "succeeded";
  if (!mayStart) {
    const detail = `The rollout to ${nameOf(before)} ended ${before.status}.`;
    const known = queued.waiting.some((wait) => wait.reason === "other-rollout" && wait.detail === detail);
    return known ? [] : [{ type: "waiting.changed", waiting: [{ reason: "other-rollout", detail }] }];
  }
  const asked = { ...input, reason: approval?.reason ?? input.reason };
  const refusal = refuseStart({ ...asked, acknowledged: true });
  if (refusal?.code === "unavailable") return [];
  if (refusal) return [{ type: "rollout.ended", status: "failed", message: `It could not start: ${refusal.message}`, failed: [] }];
  return [startedFact(asked)];
}

function endedUnapproved(): RolloutFact {
  const message = `Nobody approved the start within ${formatDuration(approvalMs)}. Start it again when somebody is there who can.`;
  return { type: "rollout.ended", status: "cancelled", message, failed: [] };
}

function refuseStart(input: StartInput): Failure | null {
  const { fleet: state, release, plan, observation } = input;
  const { fleet } = state;
  if (release.service !== fleet.service)
    return new Failure("invalid", `Release ${release.name} belongs to ${release.service}; this fleet runs ${fleet.service}.`, [
      { field: "releaseId", message: `Choose a release of ${fleet.service}.` },
    ]);
  const desired = fleet.instances.length;
  const ports = unitPortsOf(fleet.driver, release.artifact);
  const shortage = ports && describeShortage(ports, desired, 0);
  if (shortage)
    return new Failure("invalid", `Release ${release.name} cannot run on this fleet: ${shortage}`, [{ field: "releaseId", message: shortage }]);
  const findings = lintPlan(plan, { desired, canSurge: input.canSurge, ports }).filter(({ severity }) => severity === "error");
  if (findings.length > 0)
    return new Failure(
      "invalid",
      findings[0]?.message ?? "The plan cannot be carried out.",
      findings.map(({ field, message }) => ({ field: `plan.${field}`, message })),
    );
  if (plan.metrics !== false && plan.metrics.custom.length > 0 && fleet.metrics.source === "embedded") {
    const message = "This fleet has no metrics source of its own, so the plan's own metrics cannot be counted.";
    const next = "Name a Prometheus in the fleet's settings, or leave these metrics out of the plan.";
    return new Failure("invalid", `${message} ${next}`, [{ field: "plan.metrics.custom", message: next }]);
  }
  const unseen = observation.driver ?? observation.balancer;
  if (unseen) return new Failure("unavailable", `The fleet cannot be seen right now: ${unseen.message} Try again when it is reachable.`);
  if (input.unresolved)
    return new Failure("invalid", `Release ${release.name} cannot be started: ${input.unresolved}`, [
      { field: "releaseId", message: input.unresolved },
    ]);
  const held = heldText(state, release);
  if (held && (input.reason === null || input.reason.trim() === "" || input.actor.type !== "person"))
    return new Failure("not-allowed-now", `${held} Give a reason to start it again.`, [{ field: "reason", message: held }]);
  const minHealthyMs = resolvePlan(plan, fleet.instances.length).minHealthyMs;
  const isThere = fleet.instances.every(({ id }) => {
    const seen = observation.instances.get(id);
    return seen?.unit?.releaseId === release.releaseId && isServing(seen, input.now, minHealthyMs);
  });
  if (isThere && input.active === null)
    return new Failure("not-allowed-now", `All ${fleet.instances.length} instances already run ${release.name} and are healthy.`);
  const bad = needsAcknowledgement(input);
  if (bad && !input.acknowledged)
    return new Failure("not-allowed-now", `${bad} Acknowledge this to start anyway.`, [{ field: "acknowledged", message: bad }]);
  return null;
}

/** What is bad about the fleet already, with the numbers; null when nothing is. It becomes the baseline once acknowledged. */
export function needsAcknowledgement(input: Pick<StartInput, "fleet" | "plan" | "observation" | "errorRate" | "now">): string | null {
  const { plan, observation, errorRate, now } = input;
  const { instances } = input.fleet.fleet;
  const desired = instances.length;
  const limits = resolvePlan(plan, desired);
  const floor = Math.max(0, desired - limits.maxUnavailable);
  const ready = instances.filter(({ id }) => isServing(observation.instances.get(id), now, limits.minHealthyMs)).length;
  if (ready < floor) return `Only ${ready} of ${desired} instances are ready in rotation; the plan's floor is ${floor}.`;
  const ceiling = plan.metrics === false || plan.metrics.ceiling === "auto" ? ceilingByDefault : plan.metrics.ceiling;
  if (errorRate === null || errorRate <= ceiling) return null;
  return `${(errorRate * 100).toFixed(1)} % of the fleet's requests fail already; the ceiling is ${(ceiling * 100).toFixed(1)} %.`;
}

/** A release that was rolled back is held: whoever starts it again must say why. Null when it is not. */
export function heldText({ held }: Pick<FleetState, "held">, release: Pick<Release, "releaseId" | "name">): string | null {
  return held?.releaseId === release.releaseId ? `${release.name} was rolled back on this fleet before: ${asSentence(held.reason)}` : null;
}

/**
 * The active rollout is ended where it stands: what it has in flight is not healthy, so it goes first. Its evidence, pause
 * and approvals end with it. While it rolls back only a person may do that.
 */
function replace(input: StartInput, active: Rollout): StartDecision | Failure {
  const isGoingBack = active.status === "rolling-back" || active.pausedFrom === "rolling-back";
  if (isGoingBack && input.actor.type !== "person") return busy(active, "It is rolling back, and only a person may replace a rollback.");
  const message = `${formatActor(input.actor)} replaced it by a rollout to ${input.release.name}.`;
  return begin(input, [{ type: "rollout.ended", status: "superseded", message, failed: [] }]);
}

/** All its batches are done: only the watch is left. */
function isWatched({ status, pausedFrom }: Rollout): boolean {
  return status === "watching" || pausedFrom === "watching";
}

function cutShort(active: Rollout): RolloutFact {
  const message = `The watch was cut short by a new rollout. All batches had been updated to ${nameOf(active)}.`;
  return { type: "rollout.ended", status: "succeeded", message, failed: [] };
}

function busy(active: Rollout, next: string): Failure {
  const doing = active.kind === "rollback" || active.rollback ? "rolled back" : `rolled to ${nameOf(active)}`;
  return new Failure("conflict", `${active.fleetName} is being ${doing} already (rollout ${active.rolloutId}). ${next}`);
}

function begin(input: StartInput, active: readonly RolloutFact[]): StartDecision {
  return { active, rollout: [startedFact(input)] };
}

function subjectOf({ fleet: { fleet }, release, releaseNames, plan, planName }: StartInput) {
  const { fleetId, name: fleetName, service, environment } = fleet;
  return { kind: "rollout" as const, fleetId, fleetName, service, environment, releaseId: release.releaseId, releaseNames, planName, plan };
}

function queuedFact(input: StartInput, active: Rollout | null): RolloutFact {
  const approval = input.needsApproval ? { approval: { until: input.now + approvalMs, reason: input.reason } } : {};
  return { type: "rollout.queued", behind: active?.rolloutId ?? null, ...approval, ...subjectOf(input) };
}

function startedFact(input: StartInput): RolloutFact {
  const { fleet, active, reason } = input;
  // A watch that is cut short has proven its release.
  const provenReleaseId = active !== null && isWatched(active) ? active.releaseId : fleet.fleet.provenReleaseId;
  const instances = snapshotInstances({ ...input, provenReleaseId });
  const wayBackOf = new Map(instances.map(({ instanceId, wayBackId }) => [instanceId, wayBackId]));
  return {
    type: "rollout.started",
    ...subjectOf(input),
    provenReleaseId,
    undoes: null,
    reason,
    instances,
    // What each instance did on its way back: another release that it ran of late says nothing of the host.
    baseline: baselineBefore(input.past, (instanceId, releaseId) => wayBackOf.get(instanceId) === releaseId, input.errorsUnit),
  };
}

/** Every instance as it is now, and its way back: the one release that all run, or, of a mixed fleet, what was last proven. */
function snapshotInstances(input: StartInput & { readonly provenReleaseId: string | null }): StartedInstance[] {
  const { observation, active, now } = input;
  const { instances } = input.fleet.fleet;
  const { minHealthyMs } = resolvePlan(input.plan, instances.length);
  const running = new Set(instances.flatMap(({ id }) => observation.instances.get(id)?.unit?.releaseId ?? []));
  const [only] = running;
  const isReplaced = active !== null && !isWatched(active);
  const wayBackId = running.size === 1 && only !== undefined && !isReplaced ? only : input.provenReleaseId;
  return instances.map(({ id, zone, labels }) => {
    const seen = observation.instances.get(id);
    // What the replaced rollout has in its hands is not at fault: it goes first because it does not serve.
    const serves = isServing(seen, now, minHealthyMs) && seen?.next == null;
    const isInHands = inFlightPhases.has(active?.updates.get(id)?.phase ?? "pending");
    return {
      instanceId: id,
      zone,
      labels,
      releaseId: seen?.unit?.releaseId ?? null,
      wayBackId,
      wasUnhealthy: !isServing(seen, now, minHealthyMs) && !isInHands,
      serves,
      unitStartedAt: seen?.unit?.startedAt ?? null,
    };
  });
}

function nameOf(rollout: Rollout): string {
  return rollout.releaseNames[rollout.releaseId] ?? "another release";
}
