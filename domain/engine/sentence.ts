import { formatActor } from "../actor.ts";
import { formatDuration } from "../duration.ts";
import { assertNever } from "../invariant.ts";
import { currentBatch, isTerminal, type Rollout } from "../rollout.ts";
import type { Waiting } from "../waiting.ts";
import { countIn, hasAnyIn } from "./survey.ts";

const namesShown = 4;

/** What is going on, for the banner: one line that decides nothing away, and the why beneath it. */
export function describeRollout(rollout: Rollout, now: number): { headline: string; detail: string | null } {
  const waiting = rollout.waiting.map((wait) => describeWaiting(wait, now, rollout));
  const detail = waiting.length > 0 ? waiting.join(" ") : null;
  return { headline: headline(rollout), detail: isTerminal(rollout.status) ? rollout.outcome : detail };
}

function headline(rollout: Rollout): string {
  const target = nameOf(rollout, rollout.releaseId);
  const batch = currentBatch(rollout);
  const failed = countIn(rollout, ["failed", "skipped"]);
  switch (rollout.status) {
    case "queued":
      if (rollout.waiting.some((wait) => wait.reason === "approval")) return `The rollout to ${target} waits for a second person's approval`;
      return rollout.waiting.some((wait) => wait.reason === "other-rollout")
        ? `The rollout to ${target} is queued; a decision is needed`
        : `The rollout to ${target} is queued`;
    case "preparing":
      return `Preparing to roll ${rollout.fleetName} to ${target}`;
    case "running":
      if (batch === null && isHeld(rollout)) return `The first batch to ${target} is held`;
      if (batch === null) return `Rolling ${rollout.fleetName} to ${target}`;
      if (batch.settledAt === null) return `Batch ${batch.number} is being updated to ${target}`;
      if (isHeld(rollout)) return `Batch ${batch.number} is on ${target}; the next one is held`;
      return batch.soakedAt === null ? `Batch ${batch.number} is on ${target} and soaks` : `Batch ${batch.number} waits at its gate`;
    case "paused":
      return rollout.pausedBy?.cause === "person" ? "Paused by a person" : "Paused: a decision is needed";
    case "finalizing":
      return `Finalizing ${target}`;
    case "watching":
      return `All batches are on ${target}; still watching`;
    case "rolling-back":
      return rollout.kind === "rollback" ? `Rolling back to ${target}` : "Rolling back";
    case "stopping":
      return "Stopping: what is in flight finishes";
    case "succeeded":
      return failed > 0 ? `Succeeded with ${failed} failed` : `${rollout.fleetName} runs ${target}`;
    case "rolled-back":
      return rollout.undoes === null ? `Rolled back from ${target}` : `Rolled back from ${nameOf(rollout, rollout.undoes.releaseId)} to ${target}`;
    case "rollback-failed":
      return "The rollback could not finish";
    case "cancelled":
      return rollout.updates.size === 0 ? "Cancelled before it started" : "Cancelled: the fleet runs mixed releases";
    case "failed":
      return "Failed and stopped";
    case "superseded":
      return "Superseded by another rollout";
    default:
      return assertNever(rollout.status);
  }
}

function isHeld(rollout: Rollout): boolean {
  const batch = currentBatch(rollout);
  if (batch !== null && batch.soakedAt === null) return false;
  return rollout.waiting.some((wait) => wait.reason === "window" || wait.reason === "freeze");
}

/** Why the rollout does not do more right now, as a sentence. */
export function describeWaiting(waiting: Waiting, now: number, rollout: Rollout): string {
  const who = nameInstances(waiting.instanceIds ?? [], waiting.count);
  const one = (waiting.instanceIds ?? []).length === 1;
  const left = waiting.until === undefined ? null : formatDuration(Math.max(0, waiting.until - now));
  const batch = waiting.batch === undefined ? "the batch" : `batch ${waiting.batch}`;
  switch (waiting.reason) {
    case "draining":
      return `Requests in flight on ${who} are ending.`;
    case "starting":
      return `${who} ${one ? "is" : "are"} being replaced.`;
    case "checking":
      return `${who} ${one ? "is" : "are"} not ready yet.`;
    case "restoring":
      return `The balancer is putting ${who} back into rotation.`;
    case "holding":
      return `${who} ${one ? "is" : "are"} ready; readiness must hold for ${formatDuration(rollout.limits.minHealthyMs)}.`;
    case "soaking":
      return left === null ? `${capital(batch)} soaks.` : `${capital(batch)} soaks for another ${left}.`;
    case "approval":
      if (rollout.status === "queued") return describeStartApproval(rollout, left);
      return `${capital(batch)} needs a person's approval before the next one.`;
    case "window":
      return `No window of the plan is open; the next batch may start ${left === null ? "when one opens" : `in ${left}`}.`;
    case "freeze":
      return `The fleet is frozen${left === null ? "" : ` for another ${left}`}: ${asSentence(waiting.detail ?? "no reason given")} No new batch starts.`;
    case "capacity-floor":
      if (rollout.limits.maxSurge > 0)
        return `${who} must wait: at most ${rollout.desired + rollout.limits.maxSurge} units may exist, and an instance has at most one new unit.`;
      return `${who} must stay: at least ${Math.max(0, rollout.desired - activeLimit(rollout))} of ${rollout.desired} instances have to serve.`;
    case "in-flight":
      return waiting.instanceIds?.length ? `${who} ${one ? "was" : "were"} in flight and ${one ? "finishes" : "finish"}.` : "Nothing is in flight.";
    case "retry-backoff":
      return `${who} will be tried again${left === null ? "" : ` in ${left}`}.`;
    case "failure-decision":
      return `${asSentence(rollout.pausedBy?.message ?? "Something failed")} ${goOnWords(rollout)}, roll back or cancel.`;
    case "hook":
      return `The hook ${waiting.detail ?? ""}${waiting.batch === undefined ? "" : ` of batch ${waiting.batch}`} is running.`;
    case "repairing":
      return `${who} ${one ? "is" : "are"} being brought up.`;
    case "insufficient":
      return `Too little traffic has been seen to judge ${batch}; the plan holds until there is more.`;
    case "blind":
      return "The metrics source says nothing; the plan holds while it is blind.";
    case "metric-over":
      return `${waiting.detail ?? "A metric"} is above the plan's bound; the gate waits until it is not.`;
    case "balancer-unreachable":
      return `The balancer cannot be reached: ${waiting.detail ?? "no answer"}.`;
    case "driver-unreachable":
      return `The driver cannot be reached: ${waiting.detail ?? "no answer"}.`;
    case "watching":
      return left === null ? "The new release is being watched." : `The new release is watched for another ${left}.`;
    case "paused":
      return `${asSentence(rollout.pausedBy?.message ?? "Paused")} Nothing new starts until it is resumed.`;
    case "queued":
      return "It starts when the rollout before it has succeeded.";
    case "other-rollout":
      return `${waiting.detail ?? "The rollout before it did not succeed."} Start it all the same, or cancel it.`;
    default:
      return assertNever(waiting.reason);
  }
}

function describeStartApproval({ startedBy, queue }: Rollout, left: string | null): string {
  const asked = `${formatActor(startedBy)} asked for it${queue?.approval?.reason ? `: ${asSentence(queue.approval.reason)}` : "."}`;
  return `${asked} Nothing is touched before somebody else approves${left === null ? "" : `; without that it is cancelled in ${left}`}.`;
}

/** A person's or a program's own words, ended like a sentence. */
export function asSentence(words: string): string {
  const text = words.trim();
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function activeLimit(rollout: Rollout): number {
  return rollout.rollback === null ? rollout.limits.maxUnavailable : rollout.limits.rollbackMaxUnavailable;
}

/** `i1, i2, i3 and 9 more`. */
export function nameInstances(instanceIds: readonly string[], count = instanceIds.length): string {
  if (count <= namesShown) return instanceIds.join(", ");
  return `${instanceIds.slice(0, namesShown).join(", ")} and ${count - namesShown} more`;
}

export function nameOf(rollout: Rollout | null, releaseId: string): string {
  return rollout?.releaseNames[releaseId] ?? "another release";
}

/** What a person does to let a paused rollout go on. */
export function goOnWords(rollout: Rollout): string {
  if (rollout.pausedBy?.cause === "evidence" || rollout.pausedBy?.cause === "resources") return "Resume with a reason";
  return hasAnyIn(rollout, ["failed"]) ? "Retry or skip what failed, resume" : "Resume";
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
