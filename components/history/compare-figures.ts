import type { PhaseName, PhaseTime } from "#domain/history/record.ts";
import type { MetricEvidence, ReleaseSample } from "#domain/metric.ts";

/** Two rollouts beside each other are called A and B throughout. */
export interface Pair<Value> {
  readonly a: Value;
  readonly b: Value;
}

export interface TimingRow {
  readonly phase: PhaseName;
  readonly batch: number | null;
  /** Milliseconds; null where that rollout had no such phase. */
  readonly a: number | null;
  readonly b: number | null;
}

/** The phases of both in the order in which they came, batch by batch. */
export function pairPhases({ a, b }: Pair<readonly PhaseTime[]>): TimingRow[] {
  const find = (phases: readonly PhaseTime[], { phase, batch }: PhaseTime) =>
    phases.find((other) => other.phase === phase && other.batch === batch)?.ms ?? null;
  const both = [...a, ...b.filter((phase) => find(a, phase) === null)];
  const rank = ({ phase, batch }: PhaseTime) => (batch === null ? edgeRank[phase] : batch * 10 + batchRank[phase]);
  return both
    .sort((one, other) => rank(one) - rank(other))
    .map(({ phase, batch, ...time }) => {
      const key = { phase, batch, ...time };
      return { phase, batch, a: find(a, key), b: find(b, key) };
    });
}

const batchRank: Readonly<Record<PhaseName, number>> = {
  preparing: 0,
  updating: 1,
  soaking: 2,
  gate: 3,
  paused: 4,
  finalizing: 5,
  watching: 6,
  "rolling-back": 7,
  stopping: 8,
};
const last = Number.MAX_SAFE_INTEGER;
/** What belongs to no batch: before all of them, or after. */
const edgeRank: Readonly<Record<PhaseName, number>> = {
  ...batchRank,
  preparing: -1,
  paused: last - 5,
  finalizing: last - 4,
  watching: last - 3,
  "rolling-back": last - 2,
  stopping: last - 1,
};

/** By metric: what decided keeps its numbers; of what did not, those of the last second. `last` is empty once they are gone. */
export function shownVerdicts(
  recorded: Readonly<Record<string, MetricEvidence>>,
  last: readonly MetricEvidence[],
): Readonly<Record<string, MetricEvidence>> {
  const shown: Record<string, MetricEvidence> = { ...recorded };
  for (const evidence of last) {
    const known = recorded[evidence.metric];
    if (known?.state === "bad" || known?.state === "overridden") continue;
    shown[evidence.metric] = known ? { ...evidence, state: known.state } : evidence;
  }
  return shown;
}

export interface Arm {
  readonly samples: readonly ReleaseSample[];
  readonly releaseId: string;
  readonly startedAt: number;
}

/** The traffic of both new releases as if B had started with A: two arms at the same moments, in buckets of one width. */
export function alignTraffic({ a, b }: Pair<Arm>, widthMs: number): ReleaseSample[] {
  const arm = (name: "a" | "b", { samples, releaseId, startedAt }: Arm) =>
    samples
      .filter((sample) => sample.releaseId === releaseId)
      .map((sample) => ({ ...sample, releaseId: name, at: a.startedAt + Math.round((sample.at - startedAt) / widthMs) * widthMs }));
  return [...arm("a", a), ...arm("b", b)].sort((one, other) => one.at - other.at);
}
