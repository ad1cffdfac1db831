import { type PhaseName, phaseNames } from "../history/record.ts";
import type { RolloutStatus, StopCause } from "../rollout.ts";
import { type FinishedRollout, isChange, isTrouble } from "./finished.ts";
import { type Spread, spreadOf } from "./spread.ts";

/** Fewer say more about chance than about how one works. */
export const finishedMin = 5;
const instancesMax = 10;
const weekMs = 7 * 86_400_000;

/** A rollout that a figure is made of, and what it adds to it; null where it only counts. */
export interface FigureRow {
  readonly rolloutId: string;
  readonly value: number | null;
}

export interface SpreadFigure {
  /** Null while nothing was measured. */
  readonly spread: Spread | null;
  readonly rows: readonly FigureRow[];
}

/** How releases get to the fleets. Each figure is defined in docs/insights.md; times in milliseconds. */
export interface Insights {
  readonly finished: number;
  /** By id, whatever a row names. */
  readonly rollouts: Readonly<Record<string, NamedRollout>>;
  readonly frequency: { readonly perWeek: number; readonly rows: readonly FigureRow[] };
  readonly leadTime: SpreadFigure;
  readonly changeFailure: { readonly failed: number; readonly of: number; readonly rows: readonly FigureRow[] };
  readonly restore: SpreadFigure;
  readonly detect: SpreadFigure;
  /** Of the turned-back releases whose samples are kept. */
  readonly exposure: { readonly failed: number; readonly requests: number; readonly unknown: number; readonly rows: readonly FigureRow[] };
  /** Actual time as a multiple of the predicted one. */
  readonly prediction: SpreadFigure;
  readonly gates: { readonly trips: number; readonly overridden: number; readonly overriddenAndWell: number; readonly rows: readonly FigureRow[] };
  readonly causes: readonly { readonly cause: StopCause | "taken-back"; readonly rows: readonly FigureRow[] }[];
  /** The longest in sum first. */
  readonly phases: readonly { readonly phase: PhaseName; readonly totalMs: number; readonly spread: Spread; readonly rows: readonly FigureRow[] }[];
  /** The most failed attempts first. */
  readonly instances: readonly FlakyInstance[];
}

export interface NamedRollout {
  readonly fleetName: string;
  readonly releaseName: string;
  readonly status: RolloutStatus;
  readonly startedAt: number;
}

export interface FlakyInstance {
  readonly fleetId: string;
  readonly fleetName: string;
  readonly instanceId: string;
  readonly failedAttempts: number;
  readonly rows: readonly FigureRow[];
}

/** `periodMs`: over how long the rollouts ended. */
export function computeInsights(finished: readonly FinishedRollout[], periodMs: number): Insights {
  const changes = finished.filter(isChange);
  const trouble = changes.filter(isTrouble);
  const succeeded = changes.filter(({ summary }) => summary.status === "succeeded");
  return {
    finished: finished.length,
    rollouts: Object.fromEntries(finished.map((rollout) => [rollout.summary.rolloutId, nameOf(rollout)])),
    frequency: { perWeek: (succeeded.length * weekMs) / periodMs, rows: succeeded.map((rollout) => row(rollout, null)) },
    leadTime: spreadFigure(firstOfEach(succeeded), ({ record, releaseRecordedAt }) =>
      releaseRecordedAt === null || record.rolledOutAt === null ? null : Math.max(0, record.rolledOutAt - releaseRecordedAt),
    ),
    changeFailure: { failed: trouble.length, of: changes.length, rows: trouble.map((rollout) => row(rollout, null)) },
    restore: spreadFigure(trouble, restoreMs),
    detect: spreadFigure(trouble, detectMs),
    exposure: exposureOf(trouble),
    prediction: spreadFigure(succeeded, ({ summary, endedAt, predictedMs }) =>
      predictedMs === null || predictedMs <= 0 ? null : (endedAt - summary.startedAt) / predictedMs,
    ),
    gates: gatesOf(finished),
    causes: causesOf(trouble),
    phases: phasesOf(finished),
    instances: instancesOf(finished),
  };
}

function nameOf({ summary: { fleetName, releaseName, status, startedAt } }: FinishedRollout): NamedRollout {
  return { fleetName, releaseName, status, startedAt };
}

function row({ summary }: FinishedRollout, value: number | null): FigureRow {
  return { rolloutId: summary.rolloutId, value };
}

function spreadFigure(rollouts: readonly FinishedRollout[], measure: (rollout: FinishedRollout) => number | null): SpreadFigure {
  const rows = rollouts.flatMap((rollout) => {
    const value = measure(rollout);
    return value === null ? [] : [{ rolloutId: rollout.summary.rolloutId, value }];
  });
  return { spread: spreadOf(rows.map(({ value }) => value)), rows: rows.sort((a, b) => b.value - a.value) };
}

/** Only its first arrival on a fleet is a release's lead time: bringing it again later says nothing of how it came about. */
function firstOfEach(succeeded: readonly FinishedRollout[]): FinishedRollout[] {
  const first = new Map<string, FinishedRollout>();
  for (const rollout of [...succeeded].sort((a, b) => a.endedAt - b.endedAt)) {
    const key = `${rollout.summary.fleetId} ${rollout.summary.releaseName}`;
    if (!first.has(key)) first.set(key, rollout);
  }
  return [...first.values()];
}

/** From the decision to turn back until the fleet was whole on its way back; null where it never was. */
function restoreMs({ summary, endedAt, record, takenBack }: FinishedRollout): number | null {
  if (takenBack) return takenBack.restored && takenBack.endedAt !== null ? takenBack.endedAt - takenBack.startedAt : null;
  return summary.status === "rolled-back" && record.turnedBack ? endedAt - record.turnedBack.at : null;
}

/** From when somebody could first meet the new release until the decision to turn back. */
function detectMs({ record, takenBack }: FinishedRollout): number | null {
  const at = takenBack?.startedAt ?? record.turnedBack?.at ?? null;
  return at === null || record.exposedAt === null ? null : Math.max(0, at - record.exposedAt);
}

function exposureOf(trouble: readonly FinishedRollout[]): Insights["exposure"] {
  const turned = trouble.filter(({ record, takenBack }) => record.turnedBack !== null || takenBack !== null);
  const known = turned.filter(({ served }) => served !== null);
  return {
    failed: known.reduce((sum, { served }) => sum + (served?.failed ?? 0), 0),
    requests: known.reduce((sum, { served }) => sum + (served?.requests ?? 0), 0),
    unknown: turned.length - known.length,
    rows: known.map((rollout) => row(rollout, rollout.served?.failed ?? 0)),
  };
}

function gatesOf(finished: readonly FinishedRollout[]): Insights["gates"] {
  const tripped = finished.filter(({ record }) => record.trips.length > 0);
  const overridden = (rollout: FinishedRollout) => rollout.record.trips.filter((trip) => trip.overridden).length;
  const sum = (rollouts: readonly FinishedRollout[], count: (rollout: FinishedRollout) => number) =>
    rollouts.reduce((total, rollout) => total + count(rollout), 0);
  return {
    trips: sum(tripped, ({ record }) => record.trips.length),
    overridden: sum(tripped, overridden),
    overriddenAndWell: sum(
      tripped.filter((rollout) => rollout.summary.status === "succeeded" && !isTrouble(rollout)),
      overridden,
    ),
    rows: tripped.map((rollout) => row(rollout, rollout.record.trips.length)),
  };
}

function causesOf(trouble: readonly FinishedRollout[]): Insights["causes"] {
  const byCause = new Map<StopCause | "taken-back", FigureRow[]>();
  for (const rollout of trouble) {
    const cause = rollout.takenBack ? "taken-back" : rollout.record.turnedBack?.cause;
    if (cause) byCause.set(cause, [...(byCause.get(cause) ?? []), row(rollout, null)]);
  }
  return [...byCause].map(([cause, rows]) => ({ cause, rows })).sort((a, b) => b.rows.length - a.rows.length);
}

function phasesOf(finished: readonly FinishedRollout[]): Insights["phases"] {
  return phaseNames
    .flatMap((phase) => {
      const rows = finished.flatMap((rollout) => {
        const ms = rollout.record.phases.reduce((sum, time) => sum + (time.phase === phase ? time.ms : 0), 0);
        return ms === 0 ? [] : [{ rolloutId: rollout.summary.rolloutId, value: ms }];
      });
      const spread = spreadOf(rows.map(({ value }) => value));
      if (spread === null) return [];
      const totalMs = rows.reduce((sum, { value }) => sum + value, 0);
      return [{ phase, totalMs, spread, rows: rows.sort((a, b) => b.value - a.value) }];
    })
    .sort((a, b) => b.totalMs - a.totalMs);
}

/** An instance that fails in several rollouts is worth a look; one that fails with the release is not at fault, but is listed all the same. */
function instancesOf(finished: readonly FinishedRollout[]): FlakyInstance[] {
  const found = new Map<string, FlakyInstance>();
  for (const rollout of finished) {
    const { fleetId, fleetName } = rollout.summary;
    for (const [instanceId, count] of Object.entries(rollout.record.failedAttempts)) {
      const key = `${fleetId} ${instanceId}`;
      const known = found.get(key) ?? { fleetId, fleetName, instanceId, failedAttempts: 0, rows: [] };
      found.set(key, { ...known, failedAttempts: known.failedAttempts + count, rows: [...known.rows, row(rollout, count)] });
    }
  }
  return [...found.values()].sort((a, b) => b.rows.length - a.rows.length || b.failedAttempts - a.failedAttempts).slice(0, instancesMax);
}
