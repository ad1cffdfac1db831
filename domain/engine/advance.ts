import type { RolloutFact } from "../event.ts";
import { isInFlight, isTerminal, type Rollout } from "../rollout.ts";
import { moveAttempts, reviewUpdated } from "./attempts.ts";
import type { Effect } from "./effect.ts";
import { wantedEffects } from "./effects.ts";
import { endWatch, goForward, losePatience } from "./gate.ts";
import { judge, obey } from "./judge.ts";
import type { Observation } from "./observation.ts";
import { goBack } from "./rollback.ts";
import { asSentence } from "./sentence.ts";
import { record, type Turn } from "./turn.ts";
import { sameWaiting, waitingOf } from "./waiting.ts";

/**
 * What follows from what is seen, what to ask of the world, and if little, why. Same input, same answer. Effects are
 * those wanted after the facts are recorded; they are asked again by the next call until they are seen done.
 */
export function advance(state: Rollout, observation: Observation, now: number): { facts: RolloutFact[]; effects: Effect[] } {
  if (isTerminal(state.status)) return { facts: [], effects: [] };
  const turn: Turn = { now, seen: observation, state, facts: [] };
  const reachable = observation.driver === null && observation.balancer === null;
  noteEvidence(turn);
  if (reachable) look(turn);
  const verdict = judge(turn.state, now);
  if (verdict) obey(turn, verdict);
  if (reachable) act(turn);
  losePatience(turn);
  noteWaiting(turn);
  return { facts: turn.facts, effects: isTerminal(turn.state.status) ? [] : wantedEffects(turn.state, observation) };
}

/** Only a changed verdict is an event; the counts themselves are stored as intervals. */
function noteEvidence(turn: Turn): void {
  for (const evidence of Object.values(turn.seen.evidence)) {
    const known = turn.state.evidence[evidence.metric];
    // `bad` is latched, and what a person has overridden stays so for this rollout.
    if (known?.state === evidence.state || known?.state === "overridden" || known?.state === "bad") continue;
    record(turn, { type: "evidence.changed", evidence });
  }
}

function look(turn: Turn): void {
  if (turn.state.status === "preparing") record(turn, { type: "rollout.prepared" });
  moveAttempts(turn);
  if (turn.state.status !== "rolling-back" && turn.state.pausedFrom !== "rolling-back") reviewUpdated(turn);
}

function act(turn: Turn): void {
  switch (turn.state.status) {
    case "running":
      goForward(turn);
      endWatch(turn);
      return;
    case "watching":
      endWatch(turn);
      return;
    case "rolling-back":
      goBack(turn);
      return;
    case "stopping":
      endStop(turn);
      return;
    default:
      return;
  }
}

/** What is in flight finishes under its own clocks; then the fleet stays as it is, mixed. */
function endStop(turn: Turn): void {
  const { state } = turn;
  const updates = Object.values(state.updates);
  if (updates.some(isInFlight)) return;
  const failed = updates.filter((update) => update.phase === "failed").map((update) => update.instanceId);
  const moved = updates.filter((update) => update.phase === "updated").length;
  const mixed = `${moved} of ${state.desired} instances were updated; the rest was left as it was.`;
  const status = state.stopCause === "person" ? "cancelled" : "failed";
  record(turn, { type: "rollout.ended", status, message: `${asSentence(state.outcome ?? "Stopped")} ${mixed}`, failed });
}

function noteWaiting(turn: Turn): void {
  const waiting = waitingOf(turn.state, turn.seen, turn.now);
  if (!isTerminal(turn.state.status) && !sameWaiting(waiting, turn.state.waiting)) record(turn, { type: "waiting.changed", waiting });
}
