import { resolvePlan } from "../plan-limits.ts";
import type { Rollout } from "../rollout.ts";
import { createSettings, type EvidenceSettings } from "./verdict.ts";

/** What one instance takes besides its hold, in a rollout of which nothing is known yet. */
const secondsPerUpdate = 10;

/**
 * The settings of a rollout's evidence, null when its plan switches it off. They follow from what was fixed at the start,
 * so the engine, the screen and a replay years later all get the same.
 */
export function settingsOf(rollout: Pick<Rollout, "plan" | "desiredAtStart" | "baseline">): EvidenceSettings | null {
  const { desiredAtStart: desired } = rollout;
  // Not the rollout's own limits: those follow the fleet's size.
  const limits = resolvePlan(rollout.plan, desired);
  const last = limits.batches.at(-1);
  let soakMs = 0;
  let placed = 0;
  let rounds = 0;
  for (let index = 0; placed < desired && last; index += 1) {
    const batch = limits.batches[index] ?? last;
    soakMs += batch.soakMs;
    placed += batch.size;
    rounds += Math.ceil(batch.size / Math.max(1, limits.maxUnavailable));
  }
  const updateSeconds = rounds * (secondsPerUpdate + limits.minHealthyMs / 1_000);
  return createSettings(rollout.plan, updateSeconds + (soakMs + limits.watchMs) / 1_000, rollout.baseline);
}
