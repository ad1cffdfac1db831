import { formatActor } from "#domain/actor.ts";
import { formatDuration } from "#domain/duration.ts";
import { resumeOverrides } from "#domain/engine/confirm.ts";
import { oldReleaseId } from "#domain/engine/old-release.ts";
import { currentBatch, isTerminal, type Rollout } from "#domain/rollout.ts";
import { elapsedMsOf } from "#domain/stop-clock.ts";
import { type Asked, resumeNeedsReason } from "./control-text.ts";
import { failedUpdates, inFlightIds, touchedCount, updatedCount } from "./rollout-figures.ts";
import { speaksAgainst, type WholeEvidence } from "./whole-evidence.ts";

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
  /** Offers to roll back in place of it. */
  readonly rollBackInstead: boolean;
}

const plain = { warning: null, keep: "Not now", danger: false, reasonNeeded: false, showEvidence: false, rollBackInstead: false } as const;

/** The words of each confirmation, with the numbers of this rollout. */
export function dialogWords(type: Asked, rollout: Rollout, evidence: WholeEvidence | null, now: number): DialogWords {
  switch (type) {
    case "rollBack":
      return isTerminal(rollout.status) ? undoWords(rollout) : rollBackWords(rollout);
    case "cancel":
      return rollout.status === "queued" ? dequeueWords(rollout) : cancelWords(rollout);
    case "approve":
      return rollout.status === "queued" ? approveStartWords(rollout) : approveWords(rollout, evidence);
    case "skipSoak":
      return skipWords(rollout, evidence, now);
    case "resume":
      return rollout.status === "queued" ? releaseWords(rollout) : resumeWords(rollout, evidence);
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
        : `${instances(count)} ${count === 1 ? "goes" : "go"} back to ${back}, ${paceText(rollout)}`,
      `${estimate(rollout, count)}No soak, approval or evidence holds a rollback up, and it is not taken back itself.`,
    ],
    confirm: count === 0 ? "Roll back" : `Roll back ${instances(count)}`,
    keep: "Keep rolling",
    danger: true,
    reasonNeeded: true,
    showEvidence: isJudged(rollout),
  };
}

function isJudged({ kind, plan }: Rollout): boolean {
  return kind === "rollout" && plan.metrics !== false;
}

/** Of a rollout that has ended: another one brings the instances back, and that one has a page of its own. */
function undoWords(rollout: Rollout): DialogWords {
  const count = touchedCount(rollout);
  const back = nameOf(rollout, oldReleaseId(rollout)) ?? "its release before";
  const target = nameOf(rollout, rollout.releaseId) ?? "the release";
  return {
    ...plain,
    title: `Roll back to ${back}?`,
    effects: [
      `This rollout has ended. A new one brings ${instances(count)} back to ${back}, ${paceText(rollout)}`,
      `${estimate(rollout, count)}No soak, approval or evidence holds it up. After it ${target} is held for this fleet until a person lifts that.`,
    ],
    confirm: `Roll back ${instances(count)}`,
    danger: true,
    reasonNeeded: true,
  };
}

function paceText(rollout: Rollout): string {
  const { maxSurge, rollbackMaxUnavailable } = rollout.limits;
  if (maxSurge > 0) return `up to ${maxSurge} at a time, each new unit healthy before the other leaves.`;
  return `up to ${rollbackMaxUnavailable} at a time; at least ${Math.max(0, rollout.desired - rollbackMaxUnavailable)} of ${rollout.desired} serve throughout.`;
}

function dequeueWords(rollout: Rollout): DialogWords {
  return {
    ...plain,
    title: "Take this rollout out of the queue?",
    effects: [
      `It has not started: no instance was touched, and none will be. ${nameOf(rollout, rollout.releaseId)} can be rolled out again at any time.`,
    ],
    confirm: "Cancel rollout",
    keep: "Keep it queued",
    reasonNeeded: true,
  };
}

function releaseWords(rollout: Rollout): DialogWords {
  const isAsking = rollout.waiting.find((waiting) => waiting.reason === "other-rollout");
  return {
    ...plain,
    title: "Start it although the one before has not succeeded?",
    effects: [
      isAsking?.detail ?? "The rollout before it is still under way.",
      isAsking ? "It starts at once." : "It starts as soon as that one has ended, whatever it came to.",
    ],
    confirm: "Start anyway",
    keep: "Keep waiting",
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
    warning:
      rollout.rollback === null
        ? `The fleet stays on mixed releases: about ${updated} of ${rollout.desired} on ${target}, the rest on ${nameOf(rollout, oldReleaseId(rollout)) ?? "other releases"}.`
        : `The fleet stays on mixed releases: ${instances(touchedCount(rollout))} ${touchedCount(rollout) === 1 ? "is" : "are"} not back yet.`,
    confirm: "Cancel rollout",
    keep: "Keep rolling",
    danger: true,
    reasonNeeded: true,
    rollBackInstead: rollout.rollback === null,
  };
}

function approveWords(rollout: Rollout, evidence: WholeEvidence | null): DialogWords {
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
    reasonNeeded: speaksAgainst(evidence),
    showEvidence: true,
  };
}

function approveStartWords(rollout: Rollout): DialogWords {
  const target = nameOf(rollout, rollout.releaseId) ?? "the release";
  return {
    ...plain,
    title: `Approve the rollout to ${target}?`,
    effects: [
      `${formatActor(rollout.startedBy)} asked to roll ${rollout.fleetName} to ${target} with plan ${rollout.planName}.`,
      rollout.queue?.behind ? "It starts when the rollout before it has succeeded." : "It starts at once.",
    ],
    confirm: "Approve the start",
  };
}

function skipWords(rollout: Rollout, evidence: WholeEvidence | null, now: number): DialogWords {
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
    reasonNeeded: speaksAgainst(evidence),
    showEvidence: true,
  };
}

function resumeWords(rollout: Rollout, evidence: WholeEvidence | null): DialogWords {
  const failed = failedUpdates(rollout).filter((update) => !rollout.acceptedFailures.includes(update.instanceId)).length;
  const overrides = resumeOverrides(rollout);
  const reasonNeeded = resumeNeedsReason(rollout, evidence);
  return {
    ...plain,
    title: "Resume this rollout?",
    effects: [
      rollout.pausedBy?.message ?? "It was paused.",
      failed > 0
        ? `Resuming accepts ${instances(failed)} that failed: only new failures count from now on.`
        : "It goes on with the next pending instance.",
    ],
    warning: resumeWarning(rollout, { overrides, reasonNeeded }),
    confirm: "Resume",
    keep: "Stay paused",
    danger: overrides,
    reasonNeeded,
    showEvidence: isJudged(rollout),
  };
}

function resumeWarning(rollout: Rollout, { overrides, reasonNeeded }: { overrides: boolean; reasonNeeded: boolean }): string | null {
  if (rollout.pausedBy?.cause === "resources") return "If you resume, the plan's limits on resources do not stop this rollout again.";
  if (overrides)
    return "The evidence speaks against going on. If you resume, what was found is overridden for this rollout and cannot stop it again.";
  return reasonNeeded ? "The evidence leans against the new release. It goes on judging, and may still stop the rollout." : null;
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
