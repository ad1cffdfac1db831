import type { RolloutFact } from "../event.ts";
import { isTerminal, type Rollout } from "../rollout.ts";
import { elapsedMsOf } from "../stop-clock.ts";
import { moveAttempts } from "./attempts.ts";
import type { Effect } from "./effect.ts";
import { wantedEffects } from "./effects.ts";
import { endWatch, finalize, goForward, losePatience } from "./gate.ts";
import { noteHooks, passHook } from "./hooks.ts";
import { judge, obey } from "./judge.ts";
import type { Observation } from "./observation.ts";
import { pauseOverResources } from "./resources.ts";
import { repairLost, reviewUpdated } from "./review.ts";
import { endRollback, goBack } from "./rollback.ts";
import { asSentence, nameInstances } from "./sentence.ts";
import { countIn, inFlightUpdates, updatesIn } from "./survey.ts";
import { record, type Turn } from "./turn.ts";
import { sameWaiting, waitingOf } from "./waiting.ts";

export interface Advance {
  readonly facts: RolloutFact[];
  readonly effects: Effect[];
  /** With the facts folded in, as the engine's own at this moment. */
  readonly state: Rollout;
}

/**
 * What follows from what is seen, what to ask of the world, and if little, why. Same input, same answer. Effects are
 * those wanted after the facts are recorded; they are asked again by the next call until they are seen done.
 */
export function advance(state: Rollout, observation: Observation, now: number): Advance {
  if (isTerminal(state.status) || state.status === "queued") return { facts: [], effects: [], state };
  const turn: Turn = { now, seen: observation, state, facts: [] };
  const isSeen = observation.driver === null && observation.balancer === null;
  noteEvidence(turn);
  noteHooks(turn);
  if (isSeen) look(turn);
  const verdict = judge(turn.state, now);
  if (verdict) obey(turn, verdict);
  pauseOverResources(turn);
  if (isSeen) act(turn);
  else endOverdue(turn);
  losePatience(turn);
  noteWaiting(turn);
  const effects = isTerminal(turn.state.status) ? [] : wantedEffects(turn.state, observation, now);
  return { facts: turn.facts, effects, state: turn.state };
}

/** Only a changed verdict is an event; the counts themselves are stored as intervals. */
function noteEvidence(turn: Turn): void {
  if (turn.state.kind === "rollback") return;
  const changed = Object.values(turn.seen.evidence).filter(({ metric, state }) => {
    const known = turn.state.evidence[metric]?.state;
    // `bad` is latched, and what a person has overridden stays so for this rollout.
    return known !== state && known !== "overridden" && known !== "bad";
  });
  for (const state of new Set(changed.map((evidence) => evidence.state))) {
    const [evidence, ...others] = changed.filter((each) => each.state === state);
    if (evidence) record(turn, { type: "evidence.changed", evidence, ...(others.length > 0 ? { others } : {}) });
  }
}

function look(turn: Turn): void {
  if (turn.state.status === "preparing" && passHook(turn, "prepare")) record(turn, { type: "rollout.prepared" });
  moveAttempts(turn);
  if (turn.state.status !== "rolling-back" && turn.state.pausedFrom !== "rolling-back") reviewUpdated(turn);
  repairLost(turn);
}

function act(turn: Turn): void {
  switch (turn.state.status) {
    case "running":
      goForward(turn);
      endWatch(turn);
      return;
    case "finalizing":
      finalize(turn);
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

/** A world that is not seen must not keep a rollout for ever: what has a deadline and is overdue ends as it stands. */
function endOverdue(turn: Turn): void {
  if (turn.state.status === "stopping" && inFlightUpdates(turn.state).length === 0) endStop(turn);
  if (elapsedMsOf(turn.state.progress, turn.now) < turn.state.limits.progressDeadlineMs) return;
  if (turn.state.status === "rolling-back") endRollback(turn);
  if (turn.state.status === "stopping") endStop(turn);
}

/** What is in flight finishes under its own clocks; then the fleet stays as it is, mixed. */
function endStop(turn: Turn): void {
  const { state, now } = turn;
  const inFlight = inFlightUpdates(state);
  const isLate = elapsedMsOf(state.progress, now) >= state.limits.progressDeadlineMs;
  if (inFlight.length > 0 && !isLate) return;
  const failed = [...updatesIn(state, ["failed"]), ...inFlight].map((update) => update.instanceId);
  const mixed = `${countIn(state, ["updated"])} of ${state.desired} instances were updated; the rest was left as it was.`;
  const late = inFlight.length === 0 ? "" : ` ${nameInstances(inFlight.map((update) => update.instanceId))} did not finish in time.`;
  const status = state.stopCause === "person" ? "cancelled" : "failed";
  record(turn, { type: "rollout.ended", status, message: `${asSentence(state.outcome ?? "Stopped")} ${mixed}${late}`, failed });
}

function noteWaiting(turn: Turn): void {
  const waiting = waitingOf(turn.state, turn.seen, turn.now);
  if (!isTerminal(turn.state.status) && !sameWaiting(waiting, turn.state.waiting)) record(turn, { type: "waiting.changed", waiting });
}
