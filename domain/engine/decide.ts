import type { Actor } from "../actor.ts";
import { formatActor } from "../actor.ts";
import type { RolloutCommand } from "../command.ts";
import type { RolloutFact } from "../event.ts";
import { Failure } from "../failure.ts";
import { assertNever } from "../invariant.ts";
import { currentBatch, isTerminal, type Rollout } from "../rollout.ts";
import { whyNot } from "./allowed.ts";

/**
 * Someone asks: which facts follow, or why not. An empty list means that it is so already. `pause`, `rollBack` and
 * `cancel` are never refused as stale; the others are when the operator decided on an older state.
 */
export function decide(state: Rollout, command: RolloutCommand, actor: Actor): RolloutFact[] | Failure {
  if (isAlreadySo(state, command)) return [];
  const refusal = whyNot(state, command.type);
  if (refusal) return new Failure("not-allowed-now", refusal);
  if ("sawSeq" in command && command.sawSeq !== undefined && command.sawSeq < state.moved.seq)
    return new Failure("conflict", `The rollout has moved on: ${state.moved.text}. Look again, then repeat the command if it still applies.`);
  return factsOf(state, command, actor);
}

function isAlreadySo(state: Rollout, command: RolloutCommand): boolean {
  if (command.type === "pause") return state.status === "paused" && state.pausedBy?.cause === "person";
  if (command.type === "rollBack") return state.status === "rolling-back";
  if (command.type === "cancel") return state.status === "stopping";
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
      return [{ type: "batch.approved", batch, evidence: state.evidence }];
    case "skipSoak":
      return [{ type: "soak.skipped", batch, evidence: state.evidence }];
    case "rollBack":
      if (state.pausedFrom === "rolling-back") return [{ type: "rollout.resumed", reason }];
      return [{ type: "rollback.started", cause: "person", message: `${formatActor(actor)} rolled back${reason ? `: ${reason}` : ""}` }];
    case "cancel":
      return [{ type: "rollout.stopping", cause: "person", message: `${formatActor(actor)} cancelled${reason ? `: ${reason}` : ""}` }];
    default:
      return assertNever(command);
  }
}

/** Going on after evidence said stop is a person's own judgement: it needs a reason, and the metric is out for this rollout. */
function resume(state: Rollout, reason: string | null): RolloutFact[] | Failure {
  const judged = Object.values(state.evidence).filter(
    (evidence) => evidence.state === "bad" || (evidence.state === "blind" && state.pausedBy?.cause === "evidence"),
  );
  if (judged.length > 0 && !reason)
    return new Failure("invalid", "The evidence speaks against going on. Give a reason to resume anyway.", [
      { field: "reason", message: "Say why it is right to go on in spite of the evidence." },
    ]);
  return [
    ...judged.map((evidence): RolloutFact => ({ type: "evidence.overridden", metric: evidence.metric, reason: reason ?? "" })),
    { type: "rollout.resumed", reason },
  ];
}
