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
  if (command === "approve") return whyNoApproval(rollout);
  if (command === "skipSoak") return whyNoSkip(rollout);
  if (command === "rollBack" && !hasWayBack(rollout)) return "There is no release to go back to.";
  if (command === "resume" && rollout.queue?.isReleased && status === "queued") return "The rollout starts as soon as the one before it has ended.";
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
