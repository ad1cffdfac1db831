import { formatDuration } from "#domain/duration.ts";
import type { MetricEvidence } from "#domain/metric.ts";
import { type CommandType, currentBatch, type Rollout } from "#domain/rollout.ts";
import { elapsedMsOf } from "#domain/stop-clock.ts";
import { gateNeedsReason, resumeNeedsReason } from "./control-text.ts";
import { failedUpdates, floorText, inFlightIds, oldReleaseId, touchedCount, updatedCount } from "./rollout-figures.ts";

export interface DialogWords {
  readonly title: string;
  /** What will happen and what will not, a sentence each. */
  readonly effects: readonly string[];
  readonly warning: string | null;
  readonly confirm: string;
  readonly keep: string;
  readonly danger: boolean;
  readonly reasonNeeded: boolean;
  readonly showEvidence: boolean;
}

const plain = { warning: null, keep: "Not now", danger: false, reasonNeeded: false, showEvidence: false } as const;

/** The words of each confirmation, with the numbers of this rollout. */
export function dialogWords(type: Exclude<CommandType, "pause">, rollout: Rollout, evidence: MetricEvidence | null, now: number): DialogWords {
  switch (type) {
    case "rollBack":
      return rollBackWords(rollout);
    case "cancel":
      return cancelWords(rollout);
    case "approve":
      return approveWords(rollout, evidence);
    case "skipSoak":
      return skipWords(rollout, evidence, now);
    case "resume":
      return resumeWords(rollout);
  }
}

function rollBackWords(rollout: Rollout): DialogWords {
  const count = touchedCount(rollout);
  const back = nameOf(rollout, oldReleaseId(rollout)) ?? "its release before";
  return {
    ...plain,
    title: `Roll back to ${back}?`,
    effects: [
      count === 0
        ? "No instance runs the new release yet: what is being drained goes back into rotation."
        : `${instances(count)} ${count === 1 ? "goes" : "go"} back to ${back}, up to ${rollout.limits.rollbackMaxUnavailable} at a time; ${floorText(rollout)} serve throughout.`,
      `${estimate(rollout, count)}No soak, approval or evidence holds a rollback up, and it is not taken back itself.`,
    ],
    confirm: count === 0 ? "Roll back" : `Roll back ${instances(count)}`,
    keep: "Keep rolling",
    danger: true,
    reasonNeeded: true,
  };
}

function cancelWords(rollout: Rollout): DialogWords {
  const inFlight = inFlightIds(rollout).length;
  const updated = updatedCount(rollout) + inFlight;
  const target = nameOf(rollout, rollout.releaseId);
  return {
    ...plain,
    title: "Cancel this rollout?",
    effects: [
      inFlight === 0
        ? "Nothing is in flight: it stops at once."
        : `${instances(inFlight)} in flight ${inFlight === 1 ? "finishes" : "finish"}, then it stops.`,
    ],
    warning: `The fleet stays on mixed releases: about ${updated} of ${rollout.desired} on ${target}, the rest on ${nameOf(rollout, oldReleaseId(rollout)) ?? "other releases"}.`,
    confirm: "Cancel rollout",
    keep: "Keep rolling",
    danger: true,
    reasonNeeded: true,
  };
}

function approveWords(rollout: Rollout, evidence: MetricEvidence | null): DialogWords {
  const batch = currentBatch(rollout);
  const soaking = batch !== null && batch.soakedAt === null && batch.soakMs > 0;
  return {
    ...plain,
    title: `Approve batch ${batch?.number ?? ""}?`,
    effects: [
      soaking ? "The next batch starts when its soak has ended; an approval does not shorten it." : "The next batch starts at once.",
      "The approval is void if the evidence turns bad before that.",
    ],
    confirm: "Approve",
    reasonNeeded: gateNeedsReason(evidence),
    showEvidence: true,
  };
}

function skipWords(rollout: Rollout, evidence: MetricEvidence | null, now: number): DialogWords {
  const batch = currentBatch(rollout);
  const left = batch ? Math.max(0, batch.soakMs - elapsedMsOf(rollout.soak, now)) : 0;
  const size = batch?.instanceIds.length ?? 0;
  return {
    ...plain,
    title: `Skip the soak of batch ${batch?.number ?? ""}?`,
    effects: [
      `The ${instances(size)} of this batch ${size === 1 ? "is" : "are"} not watched for the ${formatDuration(left)} that are left.`,
      batch?.needsApproval && !batch.approvedBy ? "The batch still needs an approval before the next one." : "The next batch starts at once.",
    ],
    confirm: "Skip the soak",
    reasonNeeded: gateNeedsReason(evidence),
    showEvidence: true,
  };
}

function resumeWords(rollout: Rollout): DialogWords {
  const failed = failedUpdates(rollout).filter((update) => !rollout.acceptedFailures.includes(update.instanceId)).length;
  const reasonNeeded = resumeNeedsReason(rollout);
  return {
    ...plain,
    title: "Resume this rollout?",
    effects: [
      rollout.pausedBy?.message ?? "It was paused.",
      failed > 0
        ? `Resuming accepts ${instances(failed)} that failed: only new failures count from now on.`
        : "It goes on with the next pending instance.",
    ],
    warning: reasonNeeded ? "The evidence speaks against going on. If you resume, it is overridden for this rollout and cannot stop it again." : null,
    confirm: "Resume",
    keep: "Stay paused",
    danger: reasonNeeded,
    reasonNeeded,
    showEvidence: rollout.plan.metrics !== false,
  };
}

/** From the updates of this rollout that are complete; says nothing while there is none. */
function estimate(rollout: Rollout, count: number): string {
  const first = rollout.batches[0];
  if (!first || first.settledAt === null || count === 0) return "";
  const rounds = Math.ceil(first.instanceIds.length / Math.max(1, rollout.limits.maxUnavailable));
  const oneMs = (first.settledAt - first.openedAt) / rounds;
  const allMs = oneMs * Math.ceil(count / Math.max(1, rollout.limits.rollbackMaxUnavailable));
  return `It takes about ${formatDuration(allMs)}, judging by batch 1. `;
}

function instances(count: number): string {
  return `${count} ${count === 1 ? "instance" : "instances"}`;
}

function nameOf(rollout: Rollout, releaseId: string | null): string | null {
  return releaseId === null ? null : (rollout.releaseNames[releaseId] ?? null);
}
