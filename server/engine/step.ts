import type { Database } from "#db/client.ts";
import { describeDatabaseFault } from "#db/queries/fault.ts";
import type { FleetRow } from "#db/queries/fleets.ts";
import { getRelease } from "#db/queries/releases.ts";
import type { SampleTotals } from "#db/queries/samples.ts";
import { brokenText } from "#domain/alert.ts";
import { questionOf } from "#domain/engine/counts-question.ts";
import type { Effect } from "#domain/engine/effect.ts";
import type { InstanceObservation, Observation } from "#domain/engine/observation.ts";
import type { FleetPast } from "#domain/evidence/history.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { FleetLive } from "#domain/live.ts";
import type { FleetTick } from "#domain/metric.ts";
import { type InstanceUpdate, isInFlight } from "#domain/rollout.ts";
import type { SourceInterval } from "#domain/source-interval.ts";
import { rememberByChunk } from "#domain/table.ts";
import type { HookRunner } from "#server/hooks/hook-runner.ts";
import type { Logger } from "#server/log.ts";
import type { Clock } from "./clock.ts";
import { createCounts } from "./counts.ts";
import { createExecutor } from "./execute.ts";
import { createHookRuns } from "./hook-runs.ts";
import { type HeldLease, LeaseLost } from "./lease.ts";
import { toLive } from "./live.ts";
import { createLooker } from "./look.ts";
import type { FleetPorts } from "./ports.ts";
import { createRecorder, type Recorded } from "./record.ts";
import { createReleaseLoader } from "./release-loader.ts";
import { MovedOn } from "./store.ts";
import { createTicks } from "./ticks.ts";
import { createUsages } from "./usages.ts";

const busyStepMs = 100;
const restingStepMs = 1_000;
/** While instances come up by themselves, with nobody waiting for each of them. */
const mendingStepMs = 250;
const liveEveryMs = 1_000;
const troubleStepMsMax = 5_000;

const holdText = "Tideline holds this fleet as it is and goes on by itself when that is mended.";

const hasInFlight = rememberByChunk((updates: readonly InstanceUpdate[]) => updates.some(isInFlight));
const isWholeChunk = rememberByChunk((instances: readonly InstanceObservation[]) => instances.every(({ rotation }) => rotation === "in"));

export interface StepperInput {
  readonly db: Database;
  readonly ports: FleetPorts;
  readonly hooks: HookRunner;
  readonly row: FleetRow;
  readonly lease: HeldLease;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onLive: (live: FleetLive) => void;
  readonly onRecorded: (recorded: Recorded) => void;
  readonly onCounted: (counted: FleetCounted) => void;
  /** There is something new to look at. */
  readonly wake: () => void;
}

/** What a fleet's monitoring system said about one interval. */
export interface FleetCounted {
  readonly fleetName: string;
  readonly interval: SourceInterval;
}

/** One fleet's engine without its pace: one step is observe, think, record, and only then execute. */
export interface Stepper {
  /** Returns after how many milliseconds the next one is due. Never throws: whatever it cannot do, it holds and says why. */
  step(): Promise<number>;
  isGone(): boolean;
  /** Effects and hooks that have not been answered yet. */
  inFlight(): number;
  live(): FleetLive | null;
  seconds(): readonly SampleTotals[];
  /** Of each instance, as far as memory holds them, oldest first. */
  recentTicks(): readonly FleetTick[];
  /** As it is now: its instances come and go. */
  fleet(): Fleet;
  past(): FleetPast;
  /** From here on nothing new is asked of the world. */
  stop(): Promise<void>;
}

export function createStepper({ db, ports, hooks, row, lease, clock, log, onLive, onRecorded, onCounted, wake }: StepperInput): Stepper {
  let stopped = false;
  let observation: Observation | null = null;
  let live: FleetLive | null = null;
  let liveAt = 0;
  /** Why the engine holds the fleet, in words; null while it works. */
  let trouble: string | null = null;
  let troubles = 0;

  const ticks = createTicks(ports.source, createUsages(ports.driver, log));
  const counts = createCounts({
    source: ports.counts.prometheus,
    onCounted: (interval) => onCounted({ fleetName: row.fleet.name, interval }),
    wake,
    log,
  });
  const looker = createLooker({ db, ports, lease, clock, log });
  const isGone = () => looker.isGone() || recorder.isGone();
  const executor = createExecutor({
    ports,
    fleet: () => recorder.row().fleet,
    seenAt: (instanceId, target) => {
      const seen = observation?.instances.get(instanceId);
      return (target === "unit" ? seen : seen?.next) ?? null;
    },
    fence: { token: lease.token },
    loadRelease: createReleaseLoader((releaseId) => getRelease(db, releaseId)),
    mayAct: () => !stopped && !isGone() && lease.isValid(),
    now: () => clock.now(),
    onSettled: wake,
    log,
  });
  const hookRuns = createHookRuns({ db, runner: hooks, lease, now: () => clock.now(), onSettled: wake, log });
  const recorder = createRecorder({
    db,
    row,
    lease,
    ticks,
    counts,
    hookRuns,
    takeRefusals: () => executor.takeRefusals(),
    canSurge: ports.driver.canSurge,
    onRecorded,
    log,
  });

  async function step(): Promise<number> {
    const [seen] = await Promise.all([looker.look(recorder.row()), ticks.read(recorder.row().fleet, clock.now())]);
    observation = seen;
    const now = clock.now();
    let effects: readonly Effect[] | null = [];
    try {
      if (!isGone()) effects = await recorder.record(seen, now);
      trouble = recorder.isBroken() ? brokenText : null;
      troubles = 0;
      execute(effects ?? []);
      askCounts(seen, now);
    } catch (error) {
      noteTrouble(error);
    }
    showLive(now, seen);
    return effects === null ? 0 : pace(now);
  }

  function askCounts(seen: Observation, now: number): void {
    const rollout = stopped ? null : recorder.active();
    const question = rollout && questionOf(recorder.row().fleet, rollout, seen);
    counts.read(rollout && question && { rolloutId: rollout.rolloutId, ...question }, now);
  }

  function execute(effects: readonly Effect[]): void {
    executor.start(effects.filter((effect) => effect.type !== "hook.run"));
    const rollout = recorder.active();
    const toRun = effects.filter((effect) => effect.type === "hook.run");
    if (rollout && !stopped) hookRuns.start(toRun, rollout);
    hookRuns.endUnawaited(rollout);
  }

  function noteTrouble(error: unknown): void {
    recorder.forget();
    if (error instanceof MovedOn) {
      wake();
      return;
    }
    troubles += 1;
    trouble = `${describeDatabaseFault(error) ?? "The database cannot be reached."} ${holdText}`;
    if (troubles === 1 && !(error instanceof LeaseLost)) log.error({ err: error }, "A fleet is held: its book cannot be read or written.");
  }

  function showLive(now: number, seen: Observation): void {
    if (now - liveAt < liveEveryMs - busyStepMs / 2) return;
    liveAt = now;
    const { fleet } = recorder.row();
    live = toLive({ fleet, at: now, observation: seen, trouble, tick: ticks.recentTicks().at(-1) ?? null, evidence: recorder.evidence() });
    onLive(live);
  }

  function pace(now: number): number {
    if (troubles > 0) return Math.min(busyStepMs * 2 ** troubles, troubleStepMsMax);
    const rollout = recorder.active();
    if (executor.inFlight() > 0) return busyStepMs;
    if (!rollout) return isWhole(observation) ? restingStepMs : mendingStepMs;
    if (rollout.updates.chunks.some(hasInFlight)) return busyStepMs;
    const ends = rollout.waiting.flatMap((waiting) => waiting.until ?? []);
    return Math.min(restingStepMs, Math.max(busyStepMs / 2, Math.min(...ends) - now));
  }

  return {
    step,
    isGone,
    inFlight: () => executor.inFlight() + hookRuns.running(),
    live: () => live,
    seconds: () => ticks.seconds(),
    recentTicks: () => ticks.recentTicks(),
    fleet: () => recorder.row().fleet,
    past: () => ticks.past(),
    stop: () => {
      stopped = true;
      counts.read(null, 0);
      return hookRuns.stop();
    },
  };
}

function isWhole(observation: Observation | null): boolean {
  if (!observation || observation.driver || observation.balancer) return true;
  return observation.instances.chunks.every(isWholeChunk);
}
