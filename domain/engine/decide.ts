import type { Actor } from "../actor.ts";
import { formatActor } from "../actor.ts";
import type { RolloutCommand } from "../command.ts";
import type { RolloutFact } from "../event.ts";
import { Failure } from "../failure.ts";
import { assertNever } from "../invariant.ts";
import type { EvidenceState } from "../metric.ts";
import { currentBatch, isTerminal, type Rollout } from "../rollout.ts";
import { whyNot, whyNotBy } from "./allowed.ts";
import { failuresOf } from "./judge.ts";

/**
 * Someone asks: which facts follow, or why not. An empty list means that it is so already. `pause`, `rollBack` and
 * `cancel` are never refused as stale; the others are when the operator decided on an older state.
 */
export function decide(state: Rollout, command: RolloutCommand, actor: Actor, now: number): RolloutFact[] | Failure {
  if (isAlreadySo(state, command)) return [];
  // What has ended is not changed any more; going back from it is a rollout of its own, see `decideUndo`.
  const refusal = isTerminal(state.status) ? `The rollout has ended (${state.status}).` : whyNot(state, command.type, now);
  if (refusal) return new Failure("not-allowed-now", refusal);
  if ("sawSeq" in command && command.sawSeq !== undefined && command.sawSeq < state.moved.seq)
    return new Failure("conflict", `The rollout has moved on: ${state.moved.text}. Look again, then repeat the command if it still applies.`);
  const notBy = whyNotBy(state, command.type, actor);
  if (notBy) return new Failure("not-allowed", notBy);
  return factsOf(state, command, actor);
}

function isAlreadySo(state: Rollout, command: RolloutCommand): boolean {
  if (command.type === "pause") return state.status === "paused" && state.pausedBy?.cause === "person";
  if (command.type === "rollBack") return state.status === "rolling-back";
  if (command.type === "cancel") return state.status === "stopping";
  if (command.type === "approve" && state.status === "queued") return state.queue?.approval?.approvedBy != null;
  if (command.type === "approve") return currentBatch(state)?.approvedBy != null && !isTerminal(state.status);
  return false;
}

function factsOf(state: Rollout, command: RolloutCommand, actor: Actor): RolloutFact[] | Failure {
  const reason = command.reason ?? null;
  const batch = currentBatch(state)?.number ?? 0;
  switch (command.type) {
    case "pause":
      return [{ type: "rollout.paused", cause: "person", message: reason ?? `${formatActor(actor)} paused the rollout.` }];
    case "resume":
      return resume(state, reason);
    case "approve":
      if (state.status === "queued") return [{ type: "start.approved" }];
      return [{ type: "batch.approved", batch, evidence: state.evidence }];
    case "skipSoak":
      return [{ type: "soak.skipped", batch, evidence: state.evidence }];
    case "retryInstance":
    case "skipInstance":
      return settleFailure(state, command.type, command.instanceId);
    case "rollBack":
      if (state.pausedFrom === "rolling-back") return [{ type: "rollout.resumed", reason }];
      return [{ type: "rollback.started", cause: "person", message: `${formatActor(actor)} rolled back${reason ? `: ${reason}` : ""}` }];
    case "cancel":
      if (state.status === "queued")
        return [{ type: "rollout.ended", status: "cancelled", message: `${formatActor(actor)} cancelled it before it started.`, failed: [] }];
      return [{ type: "rollout.stopping", cause: "person", message: `${formatActor(actor)} cancelled${reason ? `: ${reason}` : ""}` }];
    default:
      return assertNever(command);
  }
}

/** A pause over failed instances is over when a person has said what becomes of each; a person's own pause is not. */
function settleFailure(state: Rollout, type: "retryInstance" | "skipInstance", instanceId: string): RolloutFact[] | Failure {
  const update = state.updates.get(instanceId);
  if (update?.phase !== "failed" || update.direction !== "forward")
    return new Failure("not-allowed-now", `${instanceId} has not failed in this rollout.`, [
      { field: "instanceId", message: "Name an instance that has failed." },
    ]);
  const cause = state.pausedBy?.cause;
  const isLast = failuresOf(state).every((failed) => failed.instanceId === instanceId);
  const settled: RolloutFact = { type: type === "retryInstance" ? "instance.retried" : "instance.skipped", instanceId };
  return isLast && (cause === "failures" || cause === "whole-batch") ? [settled, { type: "rollout.resumed", reason: null }] : [settled];
}

/** What holds a rollout until somebody decides. */
const askingStates: ReadonlySet<EvidenceState> = new Set(["blind", "insufficient", "over"]);

/** Going on after evidence said stop is a person's own judgement: it needs a reason, and the metric is out for this rollout. */
function resume(state: Rollout, reason: string | null): RolloutFact[] | Failure {
  const verdicts = Object.values(state.evidence);
  const bad = verdicts.filter((evidence) => evidence.state === "bad");
  const isAsked = state.pausedBy?.cause === "evidence" && bad.length === 0;
  const judged = isAsked ? verdicts.filter((evidence) => askingStates.has(evidence.state)) : bad;
  if (judged.length > 0 && !reason)
    return new Failure("invalid", "The evidence speaks against going on. Give a reason to resume anyway.", [
      { field: "reason", message: "Say why it is right to go on in spite of the evidence." },
    ]);
  const isOverResources = state.pausedBy?.cause === "resources";
  if (isOverResources && !reason)
    return new Failure("invalid", "The release takes more than the plan allows. Give a reason to resume anyway.", [
      { field: "reason", message: "Say why it is right that the release takes so much." },
    ]);
  return [
    ...judged.map((evidence): RolloutFact => ({ type: "evidence.overridden", metric: evidence.metric, reason: reason ?? "" })),
    ...(isOverResources ? [{ type: "resources.overridden", reason: reason ?? "" } as const] : []),
    { type: "rollout.resumed", reason },
  ];
}
