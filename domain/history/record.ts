import type { RolloutFact } from "../event.ts";
import type { RolloutSummary } from "../live.ts";
import type { StopCause } from "../rollout.ts";
import type { ToldEvent } from "./told.ts";

/** How a rollout went, in numbers. Times in engine time, milliseconds since 1970; spans in milliseconds. */
export interface RolloutRecord {
  readonly pauses: number;
  readonly trips: readonly Trip[];
  readonly phases: readonly PhaseTime[];
  /** By instance; without those that had none. */
  readonly failedAttempts: Readonly<Record<string, number>>;
  /** When its first batch opened: from then on someone may meet the new release. */
  readonly exposedAt: number | null;
  /** When its last batch was done; null when it never was. */
  readonly rolledOutAt: number | null;
  readonly turnedBack: { readonly at: number; readonly cause: StopCause; readonly message: string } | null;
}

/** A gate that closed: evidence or resources said that the new release is worse. */
export interface Trip {
  readonly at: number;
  readonly what: string;
  /** A person went on against it. */
  readonly overridden: boolean;
}

export const phaseNames = ["preparing", "updating", "soaking", "gate", "paused", "finalizing", "watching", "rolling-back", "stopping"] as const;
export type PhaseName = (typeof phaseNames)[number];

export interface PhaseTime {
  readonly phase: PhaseName;
  /** Null for what belongs to no batch. */
  readonly batch: number | null;
  readonly ms: number;
}

/** What a rollout's events tell, in their order; times run until the last of them, or until it ended. */
export function recordOf(summary: Pick<RolloutSummary, "kind" | "startedAt">, told: readonly ToldEvent[]): RolloutRecord {
  const turned = told.find((event) => event.type === "rollback.started");
  const done = told.find((event) => event.type === "rollout.finalizing" || event.type === "rollout.watching");
  const succeeded = told.find((event) => event.type === "rollout.ended" && event.status === "succeeded");
  return {
    pauses: told.filter(({ type }) => type === "rollout.paused").length,
    trips: tripsOf(told),
    phases: phasesOf(summary, told),
    failedAttempts: failedAttemptsOf(told),
    exposedAt: told.find(({ type }) => type === "batch.opened")?.at ?? null,
    rolledOutAt: summary.kind === "rollback" ? null : (done?.at ?? succeeded?.at ?? null),
    turnedBack: turned?.type === "rollback.started" ? { at: turned.at, cause: turned.cause, message: turned.message } : null,
  };
}

/** The name of what most instances ran when a rollout began; null when nothing ran. A rollback comes from what it takes back. */
export function fromRelease({ instances, releaseId, releaseNames, undoes }: RolloutFact & { type: "rollout.started" }): string | null {
  if (undoes) return releaseNames[undoes.releaseId] ?? null;
  const counts = new Map<string, number>();
  for (const { wayBackId } of instances) if (wayBackId !== null && wayBackId !== releaseId) counts.set(wayBackId, (counts.get(wayBackId) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most ? (releaseNames[most[0]] ?? null) : null;
}

function tripsOf(told: readonly ToldEvent[]): Trip[] {
  return told.flatMap((event, index): Trip[] => {
    const later = told.slice(index + 1);
    if (event.type === "evidence.changed") {
      const bad = [event.evidence, ...(event.others ?? [])].filter(({ state }) => state === "bad").map(({ metric }) => metric);
      if (bad.length === 0) return [];
      const overridden = later.some((other) => other.type === "evidence.overridden" && bad.includes(other.metric));
      return [{ at: event.at, what: bad.join(", "), overridden }];
    }
    const stops = event.type === "rollout.paused" || event.type === "rollback.started" || event.type === "rollout.stopping";
    if (!stops || event.cause !== "resources") return [];
    return [{ at: event.at, what: "resources", overridden: later.some(({ type }) => type === "resources.overridden") }];
  });
}

function failedAttemptsOf(told: readonly ToldEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of told) if (event.type === "attempt.failed") counts[event.instanceId] = (counts[event.instanceId] ?? 0) + 1;
  return counts;
}

/** Which phase an event begins; null where it changes none. A gate stays what it is until the next batch opens. */
function phaseAfter(event: ToldEvent): { readonly phase: PhaseName; readonly batch: number | null } | null {
  switch (event.type) {
    case "batch.opened":
      return { phase: "updating", batch: event.batch };
    case "batch.settled":
      return { phase: "soaking", batch: event.batch };
    case "batch.soaked":
    case "soak.skipped":
      return { phase: "gate", batch: event.batch };
    case "rollout.finalizing":
      return { phase: "finalizing", batch: null };
    case "rollout.watching":
      return { phase: "watching", batch: null };
    case "rollback.started":
      return { phase: "rolling-back", batch: null };
    case "rollout.stopping":
      return { phase: "stopping", batch: null };
    default:
      return null;
  }
}

/** Where the time went, without a gap and without an overlap: a pause counts as pause, whatever goes on under it. */
function phasesOf({ kind, startedAt }: Pick<RolloutSummary, "kind" | "startedAt">, told: readonly ToldEvent[]): PhaseTime[] {
  const spent = new Map<string, PhaseTime>();
  let under: Omit<PhaseTime, "ms"> = { phase: kind === "rollback" ? "rolling-back" : "preparing", batch: null };
  let paused = false;
  let since = startedAt;
  for (const event of told) {
    const { phase, batch } = paused ? ({ phase: "paused", batch: null } as const) : under;
    const key = `${phase} ${batch}`;
    spent.set(key, { phase, batch, ms: (spent.get(key)?.ms ?? 0) + Math.max(0, event.at - since) });
    since = Math.max(since, event.at);
    under = phaseAfter(event) ?? under;
    if (event.type === "rollout.paused") paused = true;
    if (event.type === "rollout.resumed" || event.type === "rollback.started" || event.type === "rollout.stopping") paused = false;
  }
  return [...spent.values()].filter(({ ms }) => ms > 0);
}
