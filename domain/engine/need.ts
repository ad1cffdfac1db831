import { currentBatch, isTerminal, type Rollout } from "../rollout.ts";
import type { Waiting, WaitingReason } from "../waiting.ts";

/** What only a person can move on. `pause`: a person has paused it, and knows. */
export interface Need {
  readonly kind: "pause" | "decision" | "approval" | "start-approval" | "other-rollout";
  readonly text: string;
  /** What it waits for, where that is more than the pause itself. */
  readonly waiting: Waiting | null;
}

/** null while it goes on by itself, and when it has ended. */
export function needOf(rollout: Rollout): Need | null {
  if (isTerminal(rollout.status)) return null;
  const waitingFor = (reason: WaitingReason) => rollout.waiting.find((waiting) => waiting.reason === reason) ?? null;
  if (rollout.status === "paused") {
    const { cause, message } = rollout.pausedBy ?? { cause: "person", message: "The rollout is paused." };
    return { kind: cause === "person" ? "pause" : "decision", text: message, waiting: waitingFor("failure-decision") };
  }
  const approval = waitingFor("approval");
  if (approval && rollout.status === "queued")
    return { kind: "start-approval", text: "The start waits for a second person's approval.", waiting: approval };
  if (approval) return { kind: "approval", text: `Batch ${currentBatch(rollout)?.number ?? 0} waits for an approval.`, waiting: approval };
  const other = waitingFor("other-rollout");
  if (other) return { kind: "other-rollout", text: "The rollout before it did not succeed. Start it all the same, or cancel it.", waiting: other };
  const decision = waitingFor("failure-decision");
  return decision && { kind: "decision", text: "A failed instance waits for a decision.", waiting: decision };
}
