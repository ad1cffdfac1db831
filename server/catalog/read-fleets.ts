import { type FleetRow, getFleetRow, listFleetRows } from "#db/queries/fleets.ts";
import { nameReleases } from "#db/queries/releases.ts";
import { findLastSummary, listOpenRollouts } from "#db/queries/rollouts.ts";
import { readStored, type SampleTotals, toBuckets } from "#db/queries/samples.ts";
import type { FleetDetail, FleetLive, FleetSummary } from "#domain/live.ts";
import type { ReleaseSample } from "#domain/metric.ts";
import { adoptedKeyPrefix } from "#domain/settings/docker.ts";
import { visible } from "#server/auth/authorize.ts";
import type { Context } from "#server/context.ts";
import type { Services } from "#server/services.ts";
import { trafficPerSecondMax } from "./set-traffic.ts";

const nowMs = 10_000;
const sparkMs = 30_000;
const sparkBuckets = 60;
const statusDeadlineMs = 2_000;
/** All releases of a fleet as one, for sums over the whole of it. */
const wholeFleet = "";

type FleetReading = Pick<Services, "db" | "engine">;

/** Every fleet as the overview shows it, by name. */
export async function listFleets(services: FleetReading): Promise<FleetSummary[]> {
  const rows = await listFleetRows(services.db);
  return Promise.all(rows.map((row) => summarizeFleet(services, row)));
}

/** Those of them that the caller sees. */
export async function listVisibleFleets(ctx: Context): Promise<FleetSummary[]> {
  const fleets = await ctx.services.readFleets();
  const environments = fleets.map(({ environment }) => environment);
  const seen = new Set(visible(ctx, environments));
  return fleets.filter(({ environment }) => seen.has(environment));
}

/** One fleet with everything its page shows besides the lists. Throws Failure("not-found"). */
export async function getFleet(services: Services, fleetId: string): Promise<FleetDetail> {
  const row = await getFleetRow(services.db, fleetId);
  const instances = services.engine.live(fleetId)?.instances ?? [];
  const [summary, local] = await Promise.all([summarizeFleet(services, row), readLocal(services, fleetId)]);
  return {
    ...summary,
    fleet: row.fleet,
    freeze: row.freeze,
    held: row.heldRelease,
    address: local?.port ? `http://127.0.0.1:${local.port}` : null,
    instances,
    adopted: instances.filter(({ unit }) => unit?.key.startsWith(adoptedKeyPrefix)).length,
    traffic: { requestsPerSecond: local?.requestsPerSecond ?? 0, requestsPerSecondMax: trafficPerSecondMax },
  };
}

async function summarizeFleet(services: FleetReading, row: FleetRow): Promise<FleetSummary> {
  const { fleet } = row;
  const live = services.engine.live(fleet.fleetId);
  const ids = new Set(fleet.instances.map(({ id }) => id));
  const members = live?.instances.filter(({ instanceId }) => ids.has(instanceId)) ?? [];
  const seconds = services.engine.seconds(fleet.fleetId);
  return {
    fleetId: fleet.fleetId,
    name: fleet.name,
    service: fleet.service,
    environment: fleet.environment,
    desired: fleet.instances.length,
    ready: members.filter((instance) => instance.ready).length,
    inRotation: members.filter((instance) => instance.rotation === "in").length,
    releases: await countReleases(services, row, live),
    ...currentRates(seconds, services.engine.now()),
    ...(await readSparks(services, fleet.fleetId, seconds)),
    ...(await readRollouts(services, fleet.fleetId)),
    unreachable: live ? live.unreachable : "No server has looked at this fleet yet. If this stays, look at the server's log.",
    alerts: row.alerts,
  };
}

async function readRollouts({ db }: FleetReading, fleetId: string): Promise<Pick<FleetSummary, "activeRollout" | "queuedRollout" | "lastRollout">> {
  const open = await listOpenRollouts(db, fleetId);
  return {
    activeRollout: open.find(({ status }) => status !== "queued") ?? null,
    queuedRollout: open.find(({ status }) => status === "queued") ?? null,
    lastRollout: await findLastSummary(db, fleetId),
  };
}

/** What is seen running; before anything was seen, what should run. */
async function countReleases(services: FleetReading, row: FleetRow, live: FleetLive | null): Promise<FleetSummary["releases"]> {
  const running = live?.instances.flatMap((instance) => instance.unit?.releaseId ?? []) ?? [];
  const counts = new Map<string, number>();
  for (const releaseId of live ? running : Object.values(row.assigned)) counts.set(releaseId, (counts.get(releaseId) ?? 0) + 1);
  const names = await nameReleases(services.db, counts.keys());
  return [...counts]
    .map(([releaseId, count]) => ({ releaseId, name: names[releaseId] ?? "unknown release", count }))
    .sort((left, right) => right.count - left.count);
}

function currentRates(seconds: readonly SampleTotals[], now: number): Pick<FleetSummary, "requestsPerSecond" | "errorRate" | "latencyMsP99"> {
  const newest = seconds.filter((second) => second.at >= now - nowMs);
  const sum = mergeAll(newest);
  if (!sum) return { requestsPerSecond: null, errorRate: null, latencyMsP99: null };
  const covered = new Set(newest.map((second) => second.at)).size;
  return { requestsPerSecond: sum.requests / covered, errorRate: rateOf(sum), latencyMsP99: sum.latencyMsP99 };
}

async function readSparks(
  services: FleetReading,
  fleetId: string,
  seconds: readonly SampleTotals[],
): Promise<Pick<FleetSummary, "errorRates" | "latenciesMsP99">> {
  const end = Math.floor(services.engine.now() / sparkMs) * sparkMs;
  const from = end - sparkBuckets * sparkMs;
  const stored = await readStored(services.db, fleetId, from, end);
  const storedUntil = stored.reduce((until, { at, widthMs }) => Math.max(until, at + widthMs), from);
  const fresh = seconds.filter(({ at }) => at >= storedUntil && at < end);
  const buckets = new Map(toBuckets([...stored, ...fresh].map(toWholeFleet), sparkMs).map((bucket) => [bucket.at, bucket]));
  const inOrder = Array.from({ length: sparkBuckets }, (_, index) => buckets.get(from + index * sparkMs));
  return {
    errorRates: inOrder.map((bucket) => (bucket ? rateOf(bucket) : null)),
    latenciesMsP99: inOrder.map((bucket) => bucket?.latencyMsP99 ?? null),
  };
}

function mergeAll(parts: readonly SampleTotals[]): ReleaseSample | null {
  return (
    toBuckets(
      parts.map((part) => ({ ...toWholeFleet(part), at: 0 })),
      nowMs,
    )[0] ?? null
  );
}

function toWholeFleet(part: SampleTotals): SampleTotals {
  return { ...part, releaseId: wholeFleet };
}

function rateOf({ requests, failed }: { readonly requests: number; readonly failed: number }): number | null {
  return requests === 0 ? null : failed / requests;
}

/** Port and traffic as the runtime has them; null while it cannot be asked. */
async function readLocal(services: Services, fleetId: string): Promise<{ readonly port: number; readonly requestsPerSecond: number } | null> {
  const late = new Promise<null>((resolve) => setTimeout(resolve, statusDeadlineMs, null).unref());
  const status = await Promise.race([services.local.status().catch(() => null), late]);
  return status?.fleets.find((fleet) => fleet.fleetId === fleetId) ?? null;
}
