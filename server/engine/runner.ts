import type { Database } from "#db/client.ts";
import { describeDatabaseFault } from "#db/queries/fault.ts";
import { getRelease } from "#db/queries/releases.ts";
import type { SampleTotals } from "#db/queries/samples.ts";
import { isServing } from "#domain/engine/capacity.ts";
import type { Effect } from "#domain/engine/effect.ts";
import type { Observation } from "#domain/engine/observation.ts";
import { fleetUpkeep } from "#domain/engine/upkeep.ts";
import { passiveFailures } from "#domain/evidence/passive.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { FleetLive } from "#domain/live.ts";
import type { MetricEvidence } from "#domain/metric.ts";
import { isInFlight, isTerminal, type Rollout } from "#domain/rollout.ts";
import type { Logger } from "#server/log.ts";
import { busyInstances, moveAssigned } from "./assigned.ts";
import { type Book, isCurrent, isThere, markProven, quietMs, readBook } from "./book.ts";
import type { Clock } from "./clock.ts";
import { withDeadline } from "./deadline.ts";
import { createExecutor } from "./execute.ts";
import { type HeldLease, LeaseLost } from "./lease.ts";
import { toLive } from "./live.ts";
import { messageOf, observeFleet } from "./observe.ts";
import type { FleetPorts } from "./ports.ts";
import { writeSamples } from "./samples.ts";
import { appendAsEngine, MovedOn } from "./store.ts";
import { Bug, think } from "./think.ts";
import { createTicks } from "./ticks.ts";

const busyStepMs = 100;
const restingStepMs = 1_000;
/** While instances come up by themselves, with nobody waiting for each of them. */
const mendingStepMs = 250;
const liveEveryMs = 1_000;
const troubleStepMsMax = 5_000;
const ensureDeadlineMs = 10_000;
const ensureAgainMs = 2_000;
/** A shorter gap than this does not break a soak: the balancer still has its counts. */
const soakGapMsTolerated = 10_000;
const provenAfterMs = 5_000;
const stopWaitMs = 10_000;
/** Sums that could not be written while the database was away: an hour of two releases. */
const samplesHeldMax = 720;

const holdText = "Tideline holds this fleet as it is and goes on by itself when that is mended.";
const mistakeText = "Tideline made a mistake with this rollout and holds the fleet as it is. The server's log says more.";

export interface RunnerInput {
  readonly db: Database;
  readonly ports: FleetPorts;
  readonly fleet: Fleet;
  readonly lease: HeldLease;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onLive: (live: FleetLive) => void;
}

export interface Runner {
  /** Something may have changed: look now. */
  wake(): void;
  live(): FleetLive | null;
  /** The last minutes, second by second. */
  seconds(): readonly SampleTotals[];
  /** Ends the loop and waits for its current step. What was asked of the world goes on: it is idempotent. */
  stop(): Promise<void>;
}

/**
 * The loop of one fleet, run by whoever holds its lease: observe, think, record, and only then execute. It runs at its
 * own pace; a wake makes it look earlier and steers nothing. Whatever it cannot do, it holds, says why, and tries again.
 */
export function startRunner(input: RunnerInput): Runner {
  const { db, ports, fleet, lease, clock, log } = input;
  const ticks = createTicks(ports.source, fleet);
  const executor = createExecutor({
    ports,
    fleet,
    fence: { token: lease.token },
    loadRelease: (releaseId) => getRelease(db, releaseId),
    mayAct: () => !stopped && !gone && lease.isValid(),
    onSettled: wake,
    log,
  });
  let stopped = false;
  let wakeUp: (() => void) | null = null;
  let woken = false;
  let book: Book | null = null;
  let observation: Observation | null = null;
  let evidence: Readonly<Record<string, MetricEvidence>> = {};
  let live: FleetLive | null = null;
  let liveAt = 0;
  let tookOver = lease.downMs === null;
  let ensured = false;
  /** The fleet was removed while this loop ran. */
  let gone = false;
  let ensureAfter = 0;
  let ensureMessage = "";
  /** Why the engine holds the fleet, in words; null while it works. */
  let trouble: string | null = null;
  let troubles = 0;
  /** A rollout on which a rule of ours broke, at the event where it broke. */
  let broken: { readonly rolloutId: string; readonly seq: number } | null = null;
  let unwritten: SampleTotals[] = [];

  const finished = run();

  async function run(): Promise<void> {
    while (!stopped && !gone) {
      const waitMs = await step();
      if (!stopped) await sleep(waitMs);
    }
  }

  async function step(): Promise<number> {
    const now = clock.now();
    observation = await look(now);
    try {
      if (!lease.isValid()) throw new LeaseLost("The lease could not be renewed.");
      const effects = gone ? [] : await record(observation, now);
      trouble = broken ? mistakeText : null;
      troubles = 0;
      executor.start(effects);
    } catch (error) {
      noteTrouble(error);
    }
    showLive(now);
    return pace(now);
  }

  async function look(now: number): Promise<Observation> {
    if (!ensured && now >= ensureAfter && lease.isValid()) await ensure(now);
    const [seen] = await Promise.all([observeFleet(ports, fleet, observation), ticks.read(now)]);
    if (seen.driver) ensured = false;
    return ensured || seen.driver ? seen : { ...seen, driver: { message: ensureMessage } };
  }

  /** Makes the fleet known: at the start, and again after the driver was away, for it may have forgotten. */
  async function ensure(now: number): Promise<void> {
    ensureAfter = now + ensureAgainMs;
    try {
      // A removal in progress is waited for: nothing may bring back what it takes away.
      gone = !(await isThere(db, fleet.fleetId));
      if (gone) return;
      await withDeadline(ensureDeadlineMs, "The driver", (signal) => ports.driver.ensureFleet(fleet, { token: lease.token }, signal));
      ensured = true;
    } catch (error) {
      ensureMessage = messageOf(error, "The driver cannot take this fleet.");
      log.warn({ err: error }, "The driver did not take the fleet.");
    }
  }

  /** Brings the book up to date, records what follows from what is seen, and returns what to do then. */
  async function record(seen: Observation, now: number): Promise<Effect[]> {
    await keepSamples();
    if (book && !(await isCurrent(db, book))) book = null;
    book ??= await readBook(db, fleet.fleetId);
    gone = book === null;
    if (!book) return [];
    if (!tookOver) await noteTaken(book, now);
    const known = book;
    const effects = known.active ? await advanceRollout(known, known.active, seen, now) : await rest(known, seen);
    if (broken) return [];
    // What was just written may have closed the book; the upkeep needs no newer one.
    const { row, active, last } = book ?? known;
    const busy = busyInstances(active?.rollout ?? null, last);
    return [...effects, ...fleetUpkeep({ fleet, assigned: row.assigned, observation: seen, busy })];
  }

  async function noteTaken(found: Book, now: number): Promise<void> {
    if (found.active) {
      const downMs = Math.min(lease.downMs ?? 0, await quietMs(db, found.active.rollout, now));
      const facts = [{ type: "rollout.taken", downMs, soakRestarts: downMs > soakGapMsTolerated }] as const;
      await append(found, found.active.rollout, { facts, intervals: [], now });
    }
    tookOver = true;
  }

  async function advanceRollout(found: Book, active: NonNullable<Book["active"]>, seen: Observation, now: number): Promise<readonly Effect[]> {
    // `noteTaken` may have written, so the newest state is the book's.
    const rollout = book?.active?.rollout ?? active.rollout;
    if (broken && broken.rolloutId === rollout.rolloutId && broken.seq === rollout.seq) return [];
    broken = null;
    const recent = ticks.recentTicks();
    const intervals = active.keeper.take(rollout, recent);
    evidence = active.keeper.current(now, ticks.expectedNumber(now));
    const failing = passiveFailures(recent, rollout);
    const instances = Object.fromEntries(
      Object.entries(seen.instances).map(([id, instance]) => [id, failing.has(id) ? { ...instance, passiveFailed: true } : instance]),
    );
    const thought = thinkOrHold(rollout, { ...seen, instances, evidence }, now);
    if (thought.facts.length > 0 || intervals.length > 0) await append(found, rollout, { facts: thought.facts, intervals, now });
    return thought.effects;
  }

  function thinkOrHold(rollout: Rollout, seen: Observation, now: number): ReturnType<typeof think> {
    try {
      return think(rollout, seen, executor.takeRefusals(), now);
    } catch (error) {
      if (!(error instanceof Bug)) throw error;
      broken = { rolloutId: rollout.rolloutId, seq: rollout.seq };
      log.error({ err: error, rolloutId: rollout.rolloutId, seq: rollout.seq }, "A rollout is held: a rule of the engine broke.");
      return { facts: [], effects: [] };
    }
  }

  async function append(
    found: Book,
    rollout: Rollout,
    what: Pick<Parameters<typeof appendAsEngine>[1], "facts" | "intervals" | "now">,
  ): Promise<void> {
    // Until the answer is here nobody knows what is written: after a failure the book is read again.
    book = null;
    const after = await appendAsEngine(db, { state: rollout, token: lease.token, ...what });
    if (!found.active || isTerminal(after.status)) {
      book = await readBook(db, fleet.fleetId);
      return;
    }
    const assigned = { ...found.row.assigned, ...moveAssigned(after, what.facts) };
    book = { ...found, row: { ...found.row, assigned }, active: { ...found.active, rollout: after } };
  }

  async function rest({ row }: Book, seen: Observation): Promise<Effect[]> {
    evidence = {};
    broken = null;
    executor.takeRefusals();
    const running = new Set(Object.values(row.assigned));
    const [only] = running;
    const whole =
      running.size === 1 &&
      fleet.instances.every(({ id }) => seen.instances[id]?.unit?.releaseId === only && isServing(seen.instances[id], provenAfterMs));
    if (row.fleet.provenReleaseId !== null || only === undefined || !whole) return [];
    await markProven(db, fleet.fleetId, only);
    book = null;
    return [];
  }

  async function keepSamples(): Promise<void> {
    unwritten.push(...ticks.takeCompleted());
    if (unwritten.length === 0) return;
    const writing = unwritten;
    unwritten = [];
    try {
      await writeSamples(db, fleet.fleetId, writing);
    } catch (error) {
      unwritten = writing.slice(-samplesHeldMax);
      throw error;
    }
  }

  function noteTrouble(error: unknown): void {
    book = null;
    if (error instanceof MovedOn) {
      wake();
      return;
    }
    troubles += 1;
    trouble = `${describeDatabaseFault(error) ?? "The database cannot be reached."} ${holdText}`;
    if (troubles === 1 && !(error instanceof LeaseLost)) log.error({ err: error }, "A fleet is held: its book cannot be read or written.");
  }

  function showLive(now: number): void {
    if (now - liveAt < liveEveryMs - busyStepMs / 2 || !observation) return;
    liveAt = now;
    live = toLive({ fleet, at: now, observation, trouble, tick: ticks.recentTicks().at(-1) ?? null, evidence });
    input.onLive(live);
  }

  function pace(now: number): number {
    if (troubles > 0) return Math.min(busyStepMs * 2 ** troubles, troubleStepMsMax);
    const rollout = book?.active?.rollout;
    if (executor.inFlight() > 0) return busyStepMs;
    if (!rollout) return isWhole(observation) ? restingStepMs : mendingStepMs;
    if (Object.values(rollout.updates).some(isInFlight)) return busyStepMs;
    const ends = rollout.waiting.flatMap((waiting) => waiting.until ?? []);
    return Math.min(restingStepMs, Math.max(busyStepMs / 2, Math.min(...ends) - now));
  }

  function wake(): void {
    woken = true;
    wakeUp?.();
  }

  async function sleep(ms: number): Promise<void> {
    if (!woken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    wakeUp = null;
    woken = false;
  }

  return {
    wake,
    live: () => live,
    seconds: () => ticks.seconds(),
    stop: async () => {
      stopped = true;
      wake();
      await Promise.race([finished, new Promise<void>((resolve) => setTimeout(resolve, stopWaitMs).unref())]);
    },
  };
}

function isWhole(observation: Observation | null): boolean {
  if (!observation || observation.driver || observation.balancer) return true;
  return Object.values(observation.instances).every((instance) => instance.rotation === "in");
}
