import { type Actor, formatActor } from "../actor.ts";
import { type CommandType, currentBatch, isTerminal, type Rollout, rolloutCan } from "../rollout.ts";
import { hasWayBack } from "./judge.ts";
import { hasAnyIn } from "./survey.ts";
import { whyNoUndo } from "./undo.ts";

/** Why a command makes no sense now, as a sentence; null when it does. `decide` and the buttons ask the same. */
export function whyNot(rollout: Rollout, command: CommandType, now: number): string | null {
  const { status } = rollout;
  if (isTerminal(status) && command === "rollBack") return whyNoUndo(rollout, now);
  if (isTerminal(status)) return `The rollout has ended (${status}).`;
  if (!(rolloutCan[command] as readonly string[]).includes(status)) return wrongStatus(rollout, command);
  if (command === "approve") return status === "queued" ? whyNoStartApproval(rollout) : whyNoApproval(rollout);
  if (command === "skipSoak") return whyNoSkip(rollout);
  if (command === "rollBack" && !hasWayBack(rollout)) return "There is no release to go back to.";
  if (command === "resume" && status === "queued") return whyNoRelease(rollout);
  if ((command === "retryInstance" || command === "skipInstance") && !hasAnyIn(rollout, ["failed"])) return "No instance has failed.";
  return null;
}

function wrongStatus(rollout: Rollout, command: CommandType): string {
  if (rollout.status === "queued") return "The rollout has not started yet; it is queued.";
  switch (command) {
    case "pause":
      return rollout.status === "paused" ? "The rollout is paused already." : "The rollout is stopping; what is in flight finishes.";
    case "resume":
      return "The rollout is not paused.";
    case "approve":
    case "skipSoak":
      return `There is no gate to pass while the rollout is ${inWords(rollout.status)}.`;
    case "retryInstance":
    case "skipInstance":
      return "An instance can be tried again or skipped while the rollout is paused.";
    case "rollBack":
      return "The rollout is rolling back already.";
    case "cancel":
      return "The rollout is stopping already.";
  }
}

/** Why this person is not the one to approve a start that waits for it; null when they are. A gate is approved by anybody who may. */
export function whyNotBy(rollout: Rollout, command: CommandType, actor: Actor): string | null {
  if (command !== "approve" || rollout.status !== "queued" || actor.type !== "person" || rollout.startedBy.type !== "person") return null;
  return rollout.startedBy.userId === actor.userId ? "You asked for this start: a second person approves it." : null;
}

function whyNoStartApproval({ queue }: Rollout): string | null {
  if (!queue?.approval) return "The rollout has not started yet; it is queued.";
  return queue.approval.approvedBy ? `${formatActor(queue.approval.approvedBy)} has approved the start.` : null;
}

/** Starting anyway is about the rollout before, and passes no approval by. */
function whyNoRelease({ queue }: Rollout): string | null {
  if (queue?.isReleased) return "The rollout starts as soon as the one before it has ended.";
  return queue?.behind === null ? "The start waits for an approval, and for nothing else." : null;
}

function whyNoApproval(rollout: Rollout): string | null {
  const batch = currentBatch(rollout);
  if (rollout.status === "paused" && rollout.pausedFrom !== "running")
    return `There is no gate to pass while the rollout is ${inWords(rollout.pausedFrom ?? "paused")}.`;
  if (!batch || batch.gateOpenedAt !== null) return "No batch waits for approval.";
  if (!batch.needsApproval) return `Batch ${batch.number} needs no approval.`;
  if (batch.approvedBy) return `Batch ${batch.number} is approved.`;
  return batch.settledAt === null ? `Batch ${batch.number} is still being updated.` : null;
}

function whyNoSkip(rollout: Rollout): string | null {
  const batch = currentBatch(rollout);
  if (rollout.status === "paused" && rollout.pausedFrom !== "running")
    return `Nothing soaks while the rollout is ${inWords(rollout.pausedFrom ?? "paused")}.`;
  if (!batch || batch.gateOpenedAt !== null || batch.soakedAt !== null) return "No batch is soaking.";
  return batch.settledAt === null ? `Batch ${batch.number} is still being updated; its soak begins after that.` : null;
}

function inWords(status: string): string {
  return status.replace("-", " ");
}
