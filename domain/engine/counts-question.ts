import { createArmOf } from "../evidence/arm.ts";
import type { Fleet } from "../fleet.ts";
import type { Rollout } from "../rollout.ts";
import type { PrometheusSettings } from "../settings/prometheus.ts";
import type { CountedRelease, MetricQuery } from "../source-interval.ts";
import type { Observation, UnitView } from "./observation.ts";

/** What a fleet's monitoring system is to be asked about a rollout. */
export interface RolloutQuestion {
  readonly settings: PrometheusSettings;
  readonly queries: readonly MetricQuery[];
  readonly releases: readonly CountedRelease[];
}

/** Null where there is nothing to ask, or nobody. */
export function questionOf(fleet: Pick<Fleet, "metrics">, rollout: Rollout, seen: Observation): RolloutQuestion | null {
  if (fleet.metrics.source !== "prometheus") return null;
  const queries = queriesOf(fleet.metrics, rollout);
  return queries.length === 0 ? null : { settings: fleet.metrics, queries, releases: releasesOf(rollout, seen) };
}

/** The fleet says how failed requests are counted, the plan what else is looked at. */
function queriesOf({ errors }: PrometheusSettings, { plan }: Rollout): MetricQuery[] {
  if (plan.metrics === false) return [];
  const custom = plan.metrics.custom.map((metric): MetricQuery => {
    const name = `custom-${metric.name}` as const;
    return "value" in metric ? { metric: name, value: metric.value } : { metric: name, bad: metric.bad, total: metric.total };
  });
  return plan.metrics.errors && errors ? [{ metric: "errors", ...errors }, ...custom] : custom;
}

function releasesOf(rollout: Rollout, seen: Observation): CountedRelease[] {
  const armOf = createArmOf(rollout);
  const since = new Map<string, number>();
  for (const instance of seen.instances.values()) for (const unit of [instance, instance.next]) noteServing(since, unit);
  return Object.entries(rollout.releaseNames).flatMap(([releaseId, name]) => {
    const arm = armOf(releaseId);
    return arm === null ? [] : { releaseId, name, arm, servesSince: since.get(releaseId) ?? null };
  });
}

function noteServing(since: Map<string, number>, view: UnitView | null): void {
  if (!view?.unit || view.rotation !== "in" || view.readySince === null) return;
  const { releaseId } = view.unit;
  since.set(releaseId, Math.min(since.get(releaseId) ?? Number.POSITIVE_INFINITY, view.readySince));
}
