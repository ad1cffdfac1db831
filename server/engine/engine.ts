import type { Database } from "#db/client.ts";
import { findFleetRow, listFleetIds } from "#db/queries/fleets.ts";
import type { SampleTotals } from "#db/queries/samples.ts";
import { type FleetPast, noPast } from "#domain/evidence/history.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { FleetLive } from "#domain/live.ts";
import type { FleetTick } from "#domain/metric.ts";
import type { Logger } from "#server/log.ts";
import { type Clock, createDatabaseClock } from "./clock.ts";
import { lingerMsOf } from "./execute.ts";
import { createHolder } from "./holder.ts";
import { createLeases, leaseRenewEveryMs } from "./lease.ts";
import { type Ports, portsOf } from "./ports.ts";
import type { Recorded } from "./record.ts";
import { type Runner, startRunner } from "./runner.ts";
import type { FleetCounted } from "./step.ts";

export interface Engine {
  start(): Promise<void>;
  /** Ends every loop and gives the leases back, so that a successor goes on at once. Fleets stay as they are. */
  stop(): Promise<void>;
  /** True while the database answers and every fleet of ours has its lease. */
  ready(): boolean;
  /** Engine time, milliseconds since 1970. */
  now(): number;
  /** Something about this fleet has changed: look now. */
  wake(fleetId: string): void;
  /** What was last seen; null when this replica does not run the fleet, or has not looked yet. */
  live(fleetId: string): FleetLive | null;
  /** Traffic of the last minutes, second by second, oldest first. */
  seconds(fleetId: string): readonly SampleTotals[];
  /** The same of each instance, for about two minutes. */
  recentTicks(fleetId: string): readonly FleetTick[];
  /** How the fleets that this replica runs are doing. */
  pulses(): readonly FleetPulse[];
  /** What a start on this fleet is judged against. */
  past(fleetId: string): FleetPast;
  onLive(listener: (live: FleetLive) => void): () => void;
  /** Hears of what this engine has written about rollouts, as soon as it is committed. What others write comes through the feed. */
  onRecorded(listener: (recorded: Recorded) => void): () => void;
}

/** One fleet's loop at this moment, with what it saw last. */
export interface FleetPulse {
  readonly fleet: Fleet;
  readonly stepAgeMs: number;
  readonly leaseLeftMs: number;
  readonly live: FleetLive | null;
}

export interface EngineInput extends Ports {
  readonly db: Database;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Names this process in the leases. */
  readonly holder?: string;
  readonly onStepped?: (tookMs: number) => void;
  readonly onCounted?: (counted: FleetCounted) => void;
}

/** The database has been silent for longer than this: not ready. */
const silentMsMax = 10_000;

/** Holds leases and runs a loop for each fleet it holds. */
export function createEngine(input: EngineInput): Engine {
  const { db, log, hooks, onStepped = () => {}, onCounted = () => {} } = input;
  const clock = input.clock ?? createDatabaseClock(db);
  const leases = createLeases(db, input.holder ?? createHolder());
  const runners = new Map<string, { readonly token: number; readonly runner: Runner }>();
  const liveListeners = new Set<(live: FleetLive) => void>();
  const recordedListeners = new Set<(recorded: Recorded) => void>();
  let stopped = true;
  let timer: NodeJS.Timeout | undefined;
  let tending: Promise<void> = Promise.resolve();
  let tendAgain = false;
  let wellAt: number | null = null;
  let failures = 0;

  /** Renews what is held and takes what is free. Never twice at a time. */
  function tend(): Promise<void> {
    tendAgain = true;
    tending = tending.then(async () => {
      if (!tendAgain || stopped) return;
      tendAgain = false;
      try {
        await tendOnce();
        wellAt = performance.now();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1) log.error({ err: error }, "The engine cannot reach its database; fleets are held as they are.");
      }
    });
    return tending;
  }

  async function tendOnce(): Promise<void> {
    await leases.renew();
    await clock.sync();
    const fleetIds = await listFleetIds(db);
    const wanted = new Set(fleetIds);
    for (const [fleetId, { token }] of runners) {
      if (!wanted.has(fleetId)) await drop(fleetId);
      else if (leases.held(fleetId)?.token !== token) await drop(fleetId);
    }
    for (const fleetId of fleetIds) if (!runners.has(fleetId) && !stopped) await take(fleetId);
  }

  async function take(fleetId: string): Promise<void> {
    const lease = await leases.take(fleetId, async (tx) => {
      const found = await findFleetRow(tx, fleetId);
      return found ? lingerMsOf(portsOf(input, found.fleet)) : 0;
    });
    const row = lease && (await findFleetRow(db, fleetId));
    if (!lease || !row || stopped) return;
    const runnerLog = log.child({ fleet: row.fleet.name });
    runnerLog.info({ leaseToken: lease.token, downMs: lease.downMs }, "This server runs the fleet now.");
    const ports = portsOf(input, row.fleet);
    const heard = { onLive: (live: FleetLive) => tell(liveListeners, live), onRecorded: (recorded: Recorded) => tell(recordedListeners, recorded) };
    const runner = startRunner({ db, ports, hooks, row, lease, clock, log: runnerLog, ...heard, onStepped, onCounted });
    runners.set(fleetId, { token: lease.token, runner });
  }

  async function drop(fleetId: string): Promise<void> {
    const found = runners.get(fleetId);
    runners.delete(fleetId);
    await found?.runner.stop();
    await leases.release(fleetId);
  }

  function schedule(): void {
    timer = setTimeout(() => void tend().finally(() => !stopped && schedule()), leaseRenewEveryMs);
  }

  return {
    start: async () => {
      stopped = false;
      await tend();
      schedule();
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await tending;
      await Promise.all([...runners.values()].map(({ runner }) => runner.stop()));
      for (const fleetId of [...runners.keys()])
        await leases.release(fleetId).catch((err: unknown) => log.warn({ err }, "A lease could not be given back; it runs out by itself."));
      runners.clear();
    },
    ready: () => !stopped && wellAt !== null && performance.now() - wellAt < silentMsMax,
    now: () => clock.now(),
    wake: (fleetId) => {
      const found = runners.get(fleetId);
      if (found) found.runner.wake();
      else if (!stopped) void tend();
    },
    live: (fleetId) => runners.get(fleetId)?.runner.live() ?? null,
    seconds: (fleetId) => runners.get(fleetId)?.runner.seconds() ?? [],
    recentTicks: (fleetId) => runners.get(fleetId)?.runner.recentTicks() ?? [],
    pulses: () =>
      [...runners].map(([fleetId, { runner }]) => ({
        fleet: runner.fleet(),
        stepAgeMs: runner.stepAgeMs(),
        leaseLeftMs: leases.held(fleetId)?.leftMs() ?? 0,
        live: runner.live(),
      })),
    past: (fleetId) => runners.get(fleetId)?.runner.past() ?? noPast,
    onLive: (listener) => listen(liveListeners, listener),
    onRecorded: (listener) => listen(recordedListeners, listener),
  };
}

function listen<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function tell<Told>(listeners: ReadonlySet<(told: Told) => void>, told: Told): void {
  for (const listener of listeners) listener(told);
}
