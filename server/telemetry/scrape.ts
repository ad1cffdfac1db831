import { type OpenRolloutRow, type RolloutCount, readRolloutCounts } from "#db/queries/rollout-counts.ts";
import { evidenceStates } from "#domain/metric.ts";
import type { FleetPulse } from "#server/engine/engine.ts";
import type { Services } from "#server/services.ts";
import type { Instruments } from "./instruments.ts";

/** A scrape comes each few seconds, from several scrapers perhaps: the database is asked once for all of them. */
const databaseEveryMs = 5_000;
const databaseTimeoutMs = 2_000;

export interface Scrape {
  readonly contentType: string;
  /** The text of `/metrics`, with every gauge as it is now. Answers within seconds, whatever hangs. */
  read(): Promise<string>;
}

interface ScrapeInput {
  readonly instruments: Instruments;
  readonly services: Pick<Services, "db" | "engine">;
  readonly sockets: () => number;
}

interface Counted {
  readonly rollouts: readonly RolloutCount[];
  readonly open: readonly OpenRolloutRow[];
}

export function createScrape({ instruments, services, sockets }: ScrapeInput): Scrape {
  const { db, engine } = services;
  let asked: { readonly at: number; readonly answer: Promise<Counted | null> } | null = null;

  function counts(): Promise<Counted | null> {
    if (asked === null || performance.now() - asked.at >= databaseEveryMs) {
      const late = new Promise<null>((resolve) => setTimeout(resolve, databaseTimeoutMs, null).unref());
      asked = { at: performance.now(), answer: Promise.race([readRolloutCounts(db).catch(() => null), late]) };
    }
    return asked.answer;
  }

  return {
    contentType: instruments.registry.contentType,
    read: async () => {
      const counted = await counts();
      instruments.databaseUp.set(counted ? 1 : 0);
      showRollouts(instruments, counted ?? { rollouts: [], open: [] });
      showEngine(instruments, engine.ready(), engine.pulses());
      instruments.sockets.set(sockets());
      const { totalCount, idleCount, waitingCount } = db.$client;
      for (const [state, count] of Object.entries({ open: totalCount, idle: idleCount, waiting: waitingCount }))
        instruments.databaseConnections.set({ state }, count);
      return instruments.registry.metrics();
    },
  };
}

/** Of rollouts that are gone no series may stay. */
function showRollouts({ rollouts, rolloutInfo, needsPerson }: Instruments, counted: Counted): void {
  for (const gauge of [rollouts, rolloutInfo, needsPerson]) gauge.reset();
  for (const { fleet, status, count } of counted.rollouts) rollouts.set({ fleet, status }, count);
  for (const { fleet, summary } of counted.open) {
    const { rolloutId: rollout, releaseName: release, planName: plan, kind, status } = summary;
    rolloutInfo.set({ fleet, rollout, release, plan, kind, status }, 1);
    if (status !== "queued") needsPerson.set({ fleet }, summary.needsPerson === null ? 0 : 1);
  }
}

function showEngine(instruments: Instruments, isReady: boolean, pulses: readonly FleetPulse[]): void {
  const { evidenceLnE, evidenceLnThreshold, evidenceState, evidenceIntervals } = instruments;
  const { engineReady, stepAge, leaseLeft, fleetUnreachable, instances } = instruments;
  const gauges = [stepAge, leaseLeft, fleetUnreachable, instances, evidenceLnE, evidenceLnThreshold, evidenceState, evidenceIntervals];
  for (const gauge of gauges) gauge.reset();
  engineReady.set(isReady ? 1 : 0);
  for (const { fleet: row, stepAgeMs, leaseLeftMs, live } of pulses) {
    const fleet = row.name;
    const ids = new Set(row.instances.map(({ id }) => id));
    stepAge.set({ fleet }, stepAgeMs / 1_000);
    leaseLeft.set({ fleet }, leaseLeftMs / 1_000);
    instances.set({ fleet, state: "desired" }, row.instances.length);
    if (!live) continue;
    const members = live.instances.filter(({ instanceId }) => ids.has(instanceId));
    fleetUnreachable.set({ fleet }, live.unreachable === null ? 0 : 1);
    instances.set({ fleet, state: "ready" }, members.filter(({ ready }) => ready).length);
    instances.set({ fleet, state: "in-rotation" }, members.filter(({ rotation }) => rotation === "in").length);
    for (const { metric, lnE, lnThreshold, intervals, state, gauge } of live.evidence) {
      // A plain number has a state, and nothing that could decide.
      if (!gauge) {
        evidenceLnE.set({ fleet, metric }, lnE);
        evidenceLnThreshold.set({ fleet, metric }, lnThreshold);
        evidenceIntervals.set({ fleet, metric }, intervals);
      }
      for (const each of evidenceStates) evidenceState.set({ fleet, metric, state: each }, each === state ? 1 : 0);
    }
  }
}
