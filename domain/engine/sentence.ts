import { formatDuration } from "../duration.ts";
import { assertNever } from "../invariant.ts";
import { currentBatch, isTerminal, type Rollout } from "../rollout.ts";
import type { Waiting } from "../waiting.ts";

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
  switch (rollout.status) {
    case "preparing":
      return `Preparing to roll ${rollout.fleetName} to ${target}`;
    case "running":
      if (batch === null) return `Rolling ${rollout.fleetName} to ${target}`;
      if (batch.settledAt === null) return `Batch ${batch.number} is being updated to ${target}`;
      return batch.soakedAt === null ? `Batch ${batch.number} is on ${target} and soaks` : `Batch ${batch.number} waits at its gate`;
    case "paused":
      return rollout.pausedBy?.cause === "person" ? "Paused by a person" : "Paused: a decision is needed";
    case "finalizing":
      return `Finalizing ${target}`;
    case "watching":
      return `All batches are on ${target}; still watching`;
    case "rolling-back":
      return "Rolling back";
    case "stopping":
      return "Stopping: what is in flight finishes";
    case "succeeded":
      return failedIds(rollout).length > 0 ? `Succeeded with ${failedIds(rollout).length} failed` : `${rollout.fleetName} runs ${target}`;
    case "rolled-back":
      return `Rolled back from ${target}`;
    case "rollback-failed":
      return "The rollback could not finish";
    case "cancelled":
      return "Cancelled: the fleet runs mixed releases";
    case "failed":
      return "Failed and stopped";
    case "superseded":
      return "Superseded by another rollout";
    default:
      return assertNever(rollout.status);
  }
}

/** Why the rollout does not do more right now, as a sentence. */
export function describeWaiting(waiting: Waiting, now: number, rollout: Rollout): string {
  const who = nameInstances(waiting.instanceIds ?? []);
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
      return `${capital(batch)} needs a person's approval before the next one.`;
    case "capacity-floor":
      return `${who} must stay: at least ${Math.max(0, rollout.desired - activeLimit(rollout))} of ${rollout.desired} instances have to serve.`;
    case "in-flight":
      return waiting.instanceIds?.length ? `${who} ${one ? "was" : "were"} in flight and ${one ? "finishes" : "finish"}.` : "Nothing is in flight.";
    case "retry-backoff":
      return `${who} will be tried again${left === null ? "" : ` in ${left}`}.`;
    case "failure-decision":
      return `${asSentence(rollout.pausedBy?.message ?? "Something failed")} Resume, roll back or cancel.`;
    case "insufficient":
      return `Too little traffic has been seen to judge ${batch}; the plan holds until there is more.`;
    case "blind":
      return "The metrics source says nothing; the plan holds while it is blind.";
    case "balancer-unreachable":
      return `The balancer cannot be reached: ${waiting.detail ?? "no answer"}.`;
    case "driver-unreachable":
      return `The driver cannot be reached: ${waiting.detail ?? "no answer"}.`;
    case "watching":
      return left === null ? "The new release is being watched." : `The new release is watched for another ${left}.`;
    case "paused":
      return `${asSentence(rollout.pausedBy?.message ?? "Paused")} Nothing new starts until it is resumed.`;
    default:
      return assertNever(waiting.reason);
  }
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
export function nameInstances(instanceIds: readonly string[]): string {
  if (instanceIds.length <= namesShown) return instanceIds.join(", ");
  return `${instanceIds.slice(0, namesShown).join(", ")} and ${instanceIds.length - namesShown} more`;
}

export function nameOf(rollout: Rollout | null, releaseId: string): string {
  return rollout?.releaseNames[releaseId] ?? "another release";
}

function failedIds(rollout: Rollout): string[] {
  return Object.values(rollout.updates)
    .filter((update) => update.phase === "failed")
    .map((update) => update.instanceId);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
