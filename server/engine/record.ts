import type { Database } from "#db/client.ts";
import type { FleetRow } from "#db/queries/fleets.ts";
import { toFleetState } from "#db/queries/fleets.ts";
import { readHistory, writeHistory } from "#db/queries/history.ts";
import type { SampleTotals } from "#db/queries/samples.ts";
import { engineActor } from "#domain/actor.ts";
import { createAlertKeeper } from "#domain/engine/alerts.ts";
import type { Effect } from "#domain/engine/effect.ts";
import type { Observation } from "#domain/engine/observation.ts";
import { decideDequeue } from "#domain/engine/start.ts";
import { isServing } from "#domain/engine/survey.ts";
import type { Refusal, Thought } from "#domain/engine/think.ts";
import { fleetUpkeep } from "#domain/engine/upkeep.ts";
import type { RolloutEvent } from "#domain/event.ts";
import { createArmOf } from "#domain/evidence/arm.ts";
import { passiveFailures } from "#domain/evidence/passive.ts";
import { compareResources } from "#domain/evidence/resources.ts";
import { Failure } from "#domain/failure.ts";
import type { MetricEvidence } from "#domain/metric.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import { toRawSample } from "#domain/source-interval.ts";
import type { Logger } from "#server/log.ts";
import { type Book, isCurrent, quietMs, readBook } from "./book.ts";
import type { Counts } from "./counts.ts";
import type { HookRuns } from "./hook-runs.ts";
import { type HeldLease, LeaseLost } from "./lease.ts";
import { predictDuration, withPrediction } from "./predict.ts";
import { writeSamples } from "./samples.ts";
import { readStartInput } from "./start-input.ts";
import { appendAsEngine, appendToFleetAsEngine, type EngineAppend } from "./store.ts";
import { Bug, thinkOrBug } from "./think.ts";
import { rateOf, type Ticks } from "./ticks.ts";

/** A shorter gap than this does not break a soak: the balancer still has its counts. */
const soakGapMsTolerated = 10_000;
const provenAfterMs = 5_000;
/** Over so long failed requests are counted before anybody is told of them. */
const alertRateMs = 60_000;
/** Sums that could not be written while the database was away: an hour of two releases. */
const samplesHeldMax = 720;

export interface RecorderInput {
  readonly db: Database;
  readonly row: FleetRow;
  readonly lease: HeldLease;
  readonly ticks: Ticks;
  readonly counts: Pick<Counts, "recentIntervals" | "expectedSince">;
  readonly hookRuns: HookRuns;
  readonly takeRefusals: () => readonly Refusal[];
  readonly canSurge: boolean;
  /** Hears of facts about a rollout once they are committed. */
  readonly onRecorded: (recorded: Recorded) => void;
  readonly log: Logger;
}

/** What the engine has just written about a rollout, and the state after it. */
export interface Recorded {
  readonly rollout: Rollout;
  readonly events: readonly RolloutEvent[];
}

export interface Recorder {
  /**
   * Brings the book up to date, records what follows from what is seen, and returns what to do then; null when the fleet
   * has changed and must be looked at again. Throws when the book cannot be read or written.
   */
  record(seen: Observation, now: number): Promise<readonly Effect[] | null>;
  /** The book is in doubt: it is read again. */
  forget(): void;
  row(): FleetRow;
  active(): Rollout | null;
  evidence(): Readonly<Record<string, MetricEvidence>>;
  isGone(): boolean;
  /** A rule of ours broke on the active rollout: it is held. */
  isBroken(): boolean;
}

/** Keeps one fleet's book: every fact is written before anything is done, and only under the lease. */
export function createRecorder({
  db,
  row: firstRow,
  lease,
  ticks,
  counts,
  hookRuns,
  takeRefusals,
  canSurge,
  onRecorded,
  log,
}: RecorderInput): Recorder {
  const { fleetId } = firstRow.fleet;
  let row = firstRow;
  let book: Book | null = null;
  let gone = false;
  let tookOver = lease.downMs === null;
  let evidence: Readonly<Record<string, MetricEvidence>> = {};
  /** A rollout on which a rule of ours broke, at the event where it broke. */
  let broken: { readonly rolloutId: string; readonly seq: number } | null = null;
  const alerts = createAlertKeeper();
  let unwritten: SampleTotals[] = [];
  /** Null until the stored history was read. */
  let historyStoredUntil: number | null = null;

  async function record(looked: Observation, now: number): Promise<readonly Effect[] | null> {
    if (!lease.isValid()) throw new LeaseLost("The lease could not be renewed.");
    await keepSamples();
    await keepHistory(now);
    const lookedSeq = row.seq;
    const found = await openBook();
    if (!found || found.row.seq !== lookedSeq) return found ? null : [];
    if (!tookOver) await noteTaken(found, now);
    const known = book ?? found;
    const seen = { ...looked, freeze: found.row.freeze, hooks: hookRuns.observe() };
    const effects = known.active ? await advanceRollout(known, known.active, seen, now) : await rest(known, seen, now);
    if (book) await noteAlerts(book, looked, now);
    if (broken) return [];
    // What was just written may have closed the book; the upkeep needs no newer one.
    const { row: newest, active } = book ?? known;
    const upkeep = fleetUpkeep({ fleet: toFleetState(newest), observation: seen, active: active?.rollout ?? null, now });
    return [...effects, ...upkeep];
  }

  async function openBook(): Promise<Book | null> {
    if (book && !(await isCurrent(db, book))) book = null;
    if (book === null) {
      book = await readBook(db, fleetId);
      if (book?.active) await hookRuns.load(book.active.rollout);
    }
    gone = book === null;
    row = book?.row ?? row;
    return book;
  }

  async function noteTaken(found: Book, now: number): Promise<void> {
    if (found.active) {
      const downMs = Math.min(lease.downMs ?? 0, await quietMs(db, found.active.rollout, now));
      const facts = [{ type: "rollout.taken", downMs, soakRestarts: downMs > soakGapMsTolerated }] as const;
      await append(found, found.active.rollout, { facts, intervals: [], now });
    }
    tookOver = true;
  }

  async function advanceRollout(
    found: Book,
    { rollout, keeper }: NonNullable<Book["active"]>,
    seen: Observation,
    now: number,
  ): Promise<readonly Effect[]> {
    if (broken && broken.rolloutId === rollout.rolloutId && broken.seq === rollout.seq) return [];
    broken = null;
    const recent = ticks.recentTicks();
    const armOf = createArmOf(rollout);
    keeper.hold(counts.recentIntervals().flatMap((interval) => toRawSample(interval, armOf) ?? []));
    const intervals = keeper.take(rollout, recent);
    evidence = keeper.current({ at: now, lastIntervalExpected: ticks.expectedNumber(now), rawSince: counts.expectedSince(now) });
    const resources = compareResources(recent, rollout, now);
    const thought = thinkOrHold(rollout, { ...markFailing(seen, passiveFailures(recent, rollout)), evidence, resources }, now);
    if (thought.facts.length > 0 || intervals.length > 0) await append(found, rollout, { facts: thought.facts, intervals, now });
    return thought.effects;
  }

  function thinkOrHold(rollout: Rollout, seen: Observation, now: number): Thought {
    try {
      return thinkOrBug(rollout, seen, takeRefusals(), now);
    } catch (error) {
      if (!(error instanceof Bug)) throw error;
      broken = { rolloutId: rollout.rolloutId, seq: rollout.seq };
      log.error({ err: error, rolloutId: rollout.rolloutId, seq: rollout.seq }, "A rollout is held: a rule of the engine broke.");
      return { facts: [], effects: [], state: rollout };
    }
  }

  async function append(found: Book, state: Rollout, what: Pick<EngineAppend, "facts" | "intervals" | "now" | "actor">): Promise<void> {
    // Until the answer is here nobody knows what is written: after a failure the book is read again.
    book = null;
    const after = await appendAsEngine(db, { row: found.row, state, token: lease.token, ...what });
    row = after.row;
    if (!found.active || isTerminal(after.rollout.status)) book = await readBook(db, fleetId);
    else book = { ...found, row, active: { ...found.active, rollout: after.rollout } };
    onRecorded({ rollout: after.rollout, events: after.events });
  }

  /** No rollout is active: what is whole is proven, and what waits may begin. */
  async function rest(found: Book, seen: Observation, now: number): Promise<readonly Effect[]> {
    evidence = {};
    broken = null;
    takeRefusals();
    const proven = provenBy(found.row, seen, now);
    if (proven !== null) {
      book = null;
      row = await appendToFleetAsEngine(db, { row: found.row, token: lease.token, facts: [{ type: "release.proven", releaseId: proven }], now });
    } else if (found.queued) await dequeue(found, found.queued, seen, now);
    return [];
  }

  async function dequeue(found: Book, queued: Rollout, observation: Observation, now: number): Promise<void> {
    const { releaseId, plan, planName, startedBy } = queued;
    const input = await readStartInput(db, {
      row: found.row,
      releaseId,
      plan,
      observation,
      canSurge,
      seconds: ticks.seconds(),
      past: ticks.past(),
      now,
    });
    const asked = { ...input, planName, acknowledged: false, reason: null, actor: startedBy, active: null, queued };
    const decided = decideDequeue(queued, found.last, asked);
    if (decided instanceof Failure) throw decided;
    const begins = decided.some((fact) => fact.type === "rollout.started");
    const facts = begins ? withPrediction(decided, predictDuration(input)) : decided;
    // It is still the one who queued it that rolls out.
    if (facts.length > 0) await append(found, queued, { facts, intervals: [], now, actor: begins ? startedBy : engineActor });
  }

  /** What needs a person although no rollout asks for it. */
  async function noteAlerts(found: Book, observation: Observation, now: number): Promise<void> {
    const active = found.active?.rollout ?? null;
    const errorRate = active ? null : rateOf(ticks.seconds(), now, alertRateMs).errorRate;
    const facts = alerts.look({ fleet: toFleetState(found.row), observation, active, isBroken: broken !== null, errorRate, now });
    if (facts.length === 0) return;
    book = null;
    row = await appendToFleetAsEngine(db, { row: found.row, token: lease.token, facts, now });
    book = { ...found, row };
  }

  /** An hour of what each instance did outlives this engine; it is read once. */
  async function keepHistory(now: number): Promise<void> {
    if (historyStoredUntil === null) {
      const stored = await readHistory(db, fleetId, now);
      ticks.restoreHistory(stored);
      historyStoredUntil = stored.at(-1)?.at ?? 0;
    }
    const ended = ticks.endedHistory(historyStoredUntil);
    await writeHistory(db, fleetId, ended, now);
    historyStoredUntil = ended.at(-1)?.at ?? historyStoredUntil;
  }

  async function keepSamples(): Promise<void> {
    unwritten.push(...ticks.takeCompleted());
    if (unwritten.length === 0) return;
    const writing = unwritten;
    unwritten = [];
    try {
      await writeSamples(db, fleetId, writing);
    } catch (error) {
      unwritten = writing.slice(-samplesHeldMax);
      throw error;
    }
  }

  return {
    record,
    forget: () => {
      book = null;
    },
    row: () => row,
    active: () => book?.active?.rollout ?? null,
    evidence: () => evidence,
    isGone: () => gone,
    isBroken: () => broken !== null,
  };
}

/** Only the failing instances are other objects than before. */
function markFailing(seen: Observation, failing: ReadonlySet<string>): Observation {
  let { instances } = seen;
  for (const instanceId of failing) {
    const instance = instances.get(instanceId);
    if (instance) instances = instances.set(instanceId, { ...instance, passiveFailed: true });
  }
  return { ...seen, instances };
}

/** A new fleet's single release is proven once every instance is healthy on it. */
function provenBy({ fleet, assigned }: FleetRow, seen: Observation, now: number): string | null {
  if (fleet.provenReleaseId !== null) return null;
  const wanted = new Set(Object.values(assigned));
  const [only] = wanted;
  if (wanted.size !== 1 || only === undefined) return null;
  const isWhole = fleet.instances.every(({ id }) => {
    const instance = seen.instances.get(id);
    return instance?.unit?.releaseId === only && isServing(instance, now, provenAfterMs);
  });
  return isWhole ? only : null;
}
