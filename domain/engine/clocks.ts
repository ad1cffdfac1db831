import { type Batch, currentBatch, type Rollout } from "../rollout.ts";
import { startClock, stopClock } from "../stop-clock.ts";
import { inShape } from "./shape.ts";

/** Which clocks run follows from the state alone; nothing else ever starts or stops one. */
export function withClocks(state: Rollout, at: number): Rollout {
  const batch = currentBatch(state);
  const isSighted = state.plan.metrics === false || !Object.values(state.evidence).some((evidence) => evidence.state === "blind");
  const isSoaking = state.status === "running" && batch !== null && batch.settledAt !== null && batch.soakedAt === null && isSighted;
  const isWatching = state.status === "watching" && isSighted;
  const soak = isSoaking ? startClock(state.soak, at) : stopClock(state.soak, at);
  const progress = isProgressDue(state, batch) ? startClock(state.progress, at) : stopClock(state.progress, at);
  const watch = isWatching ? startClock(state.watch, at) : stopClock(state.watch, at);
  const isSame = soak === state.soak && progress === state.progress && watch === state.watch;
  return isSame ? state : inShape(state, { soak, progress, watch });
}

/** Time in which an update should be completed: not while soaking, approved, frozen, held or paused, nor while a hook runs under its own deadline. */
function isProgressDue(state: Rollout, batch: Batch | null): boolean {
  const waits = (reason: Rollout["waiting"][number]["reason"]) => state.waiting.some((wait) => wait.reason === reason);
  if (state.hooks.some((run) => run.status === "running")) return false;
  const isUnseen = waits("driver-unreachable") || waits("balancer-unreachable");
  switch (state.status) {
    case "preparing":
    case "rolling-back":
    case "stopping":
      return true;
    case "running":
      if (isUnseen || (batch !== null && batch.settledAt === null)) return true;
      return (batch === null || batch.gateOpenedAt !== null) && !waits("window") && !waits("freeze");
    case "finalizing":
    case "watching":
      return isUnseen;
    default:
      return false;
  }
}
