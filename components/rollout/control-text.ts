import { formatDuration } from "#domain/duration.ts";
import { resumeOverrides } from "#domain/engine/confirm.ts";
import { nameInstances } from "#domain/engine/sentence.ts";
import type { CommandType, Rollout } from "#domain/rollout.ts";
import type { PendingCommand } from "#hooks/use-command.ts";
import { inFlightIds } from "./rollout-figures.ts";
import { speaksAgainst, type WholeEvidence } from "./whole-evidence.ts";

/** Commands about the rollout as a whole; those about one instance stand beside it. */
export type BarCommand = Exclude<CommandType, "retryInstance" | "skipInstance">;
/** Those that are asked about in a dialog. */
export type Asked = Exclude<BarCommand, "pause">;

const commandWords: Readonly<Record<CommandType, string>> = {
  pause: "Pause",
  resume: "Resume",
  approve: "Approval",
  skipSoak: "Skipping the soak",
  retryInstance: "Another attempt",
  skipInstance: "Leaving it out",
  rollBack: "Rollback",
  cancel: "Cancel",
};

/** What was asked for and what is: "Pause requested 0.3 s ago, 2 in flight". Null when there is nothing to tell apart. */
export function describeControl(rollout: Rollout, pending: PendingCommand | null, now: number): string | null {
  const inFlight = inFlightIds(rollout);
  if (pending)
    return `${commandWords[pending.type]}${pending.instanceId ? ` of ${pending.instanceId}` : ""} requested ${formatDuration(Math.max(0, now - pending.askedAt))} ago, ${inFlight.length} in flight`;
  if (rollout.status === "paused") return inFlight.length > 0 ? `Pausing: ${nameInstances(inFlight)} still in flight` : "Paused, nothing in flight";
  if (rollout.status === "stopping") return inFlight.length > 0 ? `Stopping: ${nameInstances(inFlight)} still in flight` : "Stopping";
  return inFlight.length > 0 ? `${inFlight.length} in flight` : null;
}

/** Going on while the evidence leans towards "worse" wants a word why. */
export function resumeNeedsReason(rollout: Rollout, evidence: WholeEvidence | null): boolean {
  return rollout.status !== "queued" && (resumeOverrides(rollout) || speaksAgainst(evidence));
}

/** Resuming what a person paused is plain; what the engine paused is looked at first. */
export function resumeNeedsDialog(rollout: Rollout, evidence: WholeEvidence | null): boolean {
  return rollout.status === "queued" || rollout.pausedBy?.cause !== "person" || resumeNeedsReason(rollout, evidence);
}
