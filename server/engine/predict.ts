import { countBatches } from "#domain/engine/batches.ts";
import type { RolloutFact } from "#domain/event.ts";
import { Failure } from "#domain/failure.ts";
import { resolvePlan } from "#domain/plan-limits.ts";
import { previewPlan } from "#domain/simulation/preview.ts";
import type { StartBasis } from "./start-input.ts";

/** Instances times batches: above it the simulation would hold up this process for longer than a tenth of a second. */
const workMax = 4_000;

/**
 * Milliseconds from start to end when nothing goes wrong: the same simulation that a person sees before the start, and
 * the watch. Null where it is too large, the plan is refused, or some instances run the release already: it moves whole fleets.
 */
export function predictDuration({ fleet, release, plan, observation, canSurge }: StartBasis): number | null {
  const { instances } = fleet.fleet;
  const isThere = instances.some(({ id }) => observation.instances.get(id)?.unit?.releaseId === release.releaseId);
  if (isThere || instances.length * countBatches(resolvePlan(plan, instances.length), instances.length) > workMax) return null;
  try {
    // What windows, freezes and people add is nobody's to predict.
    const { durationMs, watchMs } = previewPlan({ plan: { ...plan, windows: [] }, instances, canSurge });
    return durationMs + watchMs;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** The prediction becomes part of the fact of the start. */
export function withPrediction(facts: readonly RolloutFact[], predictedMs: number | null): readonly RolloutFact[] {
  if (predictedMs === null) return facts;
  return facts.map((fact) => (fact.type === "rollout.started" ? { ...fact, predictedMs } : fact));
}
