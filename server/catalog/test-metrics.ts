import { z } from "zod";
import { environmentOfFleet } from "#db/queries/environments.ts";
import { getFleetRow } from "#db/queries/fleets.ts";
import { nameReleases } from "#db/queries/releases.ts";
import type { CheckStep } from "#domain/check-step.ts";
import type { FleetLive } from "#domain/live.ts";
import { Id } from "#domain/names.ts";
import { PrometheusSettings, timesOf } from "#domain/settings/prometheus.ts";
import type { CountedRelease, MetricQuery } from "#domain/source-interval.ts";
import { audited } from "#server/auth/audited.ts";
import type { Context } from "#server/context.ts";

/** So many of the source's own timeouts, for all steps together. */
const timeoutsMax = 3;

/** Settings as somebody has typed them; they need not be the fleet's. */
export const TestMetrics = z.object({ fleetId: Id, metrics: PrometheusSettings });
export type TestMetrics = z.infer<typeof TestMetrics>;

/** Tries a metrics source out, with the releases that run now. Changes nothing. */
export async function testMetrics(ctx: Context, { fleetId, metrics }: TestMetrics): Promise<readonly CheckStep[]> {
  const { db, engine, counts } = ctx.services;
  const environment = () => environmentOfFleet(db, fleetId);
  return audited(ctx, { permission: "metrics.set", environment, target: `fleet:${fleetId}`, detail: { test: true } }, async () => {
    await getFleetRow(db, fleetId);
    const since = servingSince(engine.live(fleetId));
    const names = await nameReleases(db, since.keys());
    const releases = Object.entries(names).map(
      ([releaseId, name]): CountedRelease => ({ releaseId, name, arm: "new", servesSince: since.get(releaseId) ?? null }),
    );
    const queries: MetricQuery[] = metrics.errors ? [{ metric: "errors", ...metrics.errors }] : [];
    const question = { settings: metrics, queries, releases, now: engine.now() };
    return counts[metrics.source].check(question, AbortSignal.timeout(timeoutsMax * timesOf(metrics).timeoutMs));
  });
}

/** By release: since when a unit of it is ready in rotation; null where none is. */
function servingSince(live: FleetLive | null): Map<string, number | null> {
  const since = new Map<string, number | null>();
  for (const { unit, rotation, readySince } of live?.instances ?? []) {
    if (!unit) continue;
    const before = since.get(unit.releaseId) ?? null;
    const serves = rotation === "in" ? readySince : null;
    since.set(unit.releaseId, before !== null && serves !== null ? Math.min(before, serves) : (before ?? serves));
  }
  return since;
}
