import { batchSize } from "#domain/engine/batches.ts";
import { failuresOf } from "#domain/engine/judge.ts";
import { countIn, inFlightUpdates, tallyOf, updatesIn } from "#domain/engine/survey.ts";
import { type Batch, currentBatch, type InstanceUpdate, isInFlight, isTerminal, type Rollout } from "#domain/rollout.ts";
import { elapsedMsOf } from "#domain/stop-clock.ts";
import { rememberByChunk } from "#domain/table.ts";

/** Numbers of a rollout for people; every one follows from the folded state alone. */

export function inFlightIds(rollout: Rollout): string[] {
  return inFlightUpdates(rollout).map((update) => update.instanceId);
}

export function failedUpdates(rollout: Rollout): readonly InstanceUpdate[] {
  return updatesIn(rollout, ["failed"]);
}

/** Instances that run, or may run, the new release: a rollback has to bring them back. */
export function touchedCount(rollout: Rollout): number {
  return updatesOf(rollout).filter((update) => update.touched).length;
}

export function updatedCount(rollout: Rollout): number {
  return countIn(rollout, ["updated"]);
}

export function cutRequests(rollout: Rollout): number {
  return updatesOf(rollout).reduce((sum, update) => sum + update.cut, 0);
}

/** How many more may fail before the plan's `onFailure` acts, in a sentence. */
export function describeFailureBudget(rollout: Rollout): string {
  const { maxFailures } = rollout.limits;
  const counted = failuresOf(rollout).filter((update) => !update.wasUnhealthy).length;
  const failed = counted === 1 ? "1 counts" : `${counted} count`;
  if (maxFailures === 0) return `The plan tolerates no failed instance; ${failed} now.`;
  const left = Math.max(0, maxFailures - counted);
  return `The plan tolerates ${maxFailures} failed ${maxFailures === 1 ? "instance" : "instances"}; ${failed} now, ${left === 0 ? "none is left" : `${left} left`}.`;
}

export type BatchState = "planned" | "updating" | "soaking" | "gate" | "done" | "failed" | "paused" | "reverting" | "reverted" | "stopped";

export interface BatchView {
  readonly number: number;
  readonly size: number;
  readonly state: BatchState;
  /** Engine time; null for a planned batch. */
  readonly openedAt: number | null;
  /** Up to its gate, or up to the end of the rollout; null while it goes on. */
  readonly endedAt: number | null;
  /** Of its instances: how many are where they should be, 0 to 1. */
  readonly progress: number;
  readonly current: boolean;
}

/** Opened batches as they are, and those to come as the plan has them. */
export function batchViews(rollout: Rollout): BatchView[] {
  return [...rollout.batches.map((batch) => viewOf(rollout, batch)), ...plannedBatches(rollout)];
}

function viewOf(rollout: Rollout, batch: Batch): BatchView {
  const standing = standingOf(rollout, batch.number);
  const done = rollout.rollback === null ? standing.updated : standing.back;
  return {
    number: batch.number,
    size: standing.members,
    state: stateOf(rollout, batch, standing),
    openedAt: batch.openedAt,
    endedAt: batch.gateOpenedAt ?? rollout.rollback?.at ?? rollout.endedAt,
    progress: standing.members === 0 ? 1 : done / standing.members,
    current: currentBatch(rollout)?.number === batch.number && !isTerminal(rollout.status) && rollout.status !== "watching",
  };
}

/** How many members of a batch are where; what left the fleet is none any more. */
interface Standing {
  readonly members: number;
  readonly updated: number;
  /** Reverted, or never touched. */
  readonly back: number;
  readonly untouched: number;
  readonly failed: number;
  readonly inFlight: number;
}

const nobody: Standing = { members: 0, updated: 0, back: 0, untouched: 0, failed: 0, inFlight: 0 };

const standings = rememberByChunk((updates: readonly InstanceUpdate[]) => {
  const byBatch = new Map<number, Standing>();
  for (const update of updates) {
    if (update.batch === null || update.phase === "removed") continue;
    const { phase, touched } = update;
    const one: Standing = {
      members: 1,
      updated: Number(phase === "updated"),
      back: Number(phase === "reverted" || !touched),
      untouched: Number(!touched),
      failed: Number(phase === "failed"),
      inFlight: Number(isInFlight(update)),
    };
    byBatch.set(update.batch, addStanding(byBatch.get(update.batch) ?? nobody, one));
  }
  return byBatch;
});

function standingOf({ updates }: Rollout, batch: number): Standing {
  return updates.chunks.reduce((sum, chunk) => addStanding(sum, standings(chunk).get(batch) ?? nobody), nobody);
}

function addStanding(left: Standing, right: Standing): Standing {
  return {
    members: left.members + right.members,
    updated: left.updated + right.updated,
    back: left.back + right.back,
    untouched: left.untouched + right.untouched,
    failed: left.failed + right.failed,
    inFlight: left.inFlight + right.inFlight,
  };
}

function stateOf(rollout: Rollout, batch: Batch, { members, untouched, failed, inFlight }: Standing): BatchState {
  if (rollout.rollback !== null) {
    if (untouched === members) return "reverted";
    return isTerminal(rollout.status) ? "failed" : "reverting";
  }
  if (batch.gateOpenedAt !== null) return failed > 0 ? "failed" : "done";
  if (isTerminal(rollout.status)) return rollout.status === "succeeded" ? "done" : "stopped";
  if (rollout.status === "paused" && inFlight === 0) return failed > 0 ? "failed" : "paused";
  if (batch.settledAt === null) return "updating";
  return batch.soakedAt === null ? "soaking" : "gate";
}

function plannedBatches(rollout: Rollout): BatchView[] {
  if (isTerminal(rollout.status) || rollout.rollback !== null || rollout.status === "stopping") return [];
  let left = tallyOf(rollout, null).pending;
  const planned: BatchView[] = [];
  for (let number = rollout.batches.length + 1; left > 0; number += 1) {
    const size = Math.min(left, batchSize(rollout.limits, number));
    planned.push({ number, size, state: "planned", openedAt: null, endedAt: null, progress: 0, current: false });
    left -= size;
  }
  return planned;
}

/** Engine time until which the present wait lasts by itself; null when a person or the world decides. */
export function waitsUntil(rollout: Rollout): number | null {
  const times = rollout.waiting.flatMap((waiting) => (waiting.until === undefined ? [] : [waiting.until]));
  return times.length === 0 ? null : Math.min(...times);
}

/** Milliseconds to the last gate, judging by the batches that are done; null while there is none, or nobody can know. */
export function estimateLeftMs(rollout: Rollout, now: number): number | null {
  if (rollout.status !== "running" || now === 0) return null;
  const settled = rollout.batches.filter((batch) => batch.settledAt !== null);
  const rounds = settled.reduce((sum, batch) => sum + roundsOf(rollout, batch.instanceIds.length), 0);
  if (rounds === 0) return null;
  const roundMs = settled.reduce((sum, batch) => sum + ((batch.settledAt ?? batch.openedAt) - batch.openedAt), 0) / rounds;
  const batch = currentBatch(rollout);
  const updatingMs =
    batch && batch.settledAt === null ? Math.max(0, roundsOf(rollout, batch.instanceIds.length) * roundMs - (now - batch.openedAt)) : 0;
  const soakMs = batch && batch.soakedAt === null ? Math.max(0, batch.soakMs - elapsedMsOf(rollout.soak, now)) : 0;
  const plannedMs = plannedBatches(rollout).reduce((sum, planned) => {
    const entry = rollout.limits.batches[Math.min(planned.number, rollout.limits.batches.length) - 1];
    return sum + roundsOf(rollout, planned.size) * roundMs + (entry?.soakMs ?? 0);
  }, 0);
  return updatingMs + soakMs + plannedMs;
}

function roundsOf(rollout: Rollout, size: number): number {
  return Math.ceil(size / Math.max(1, rollout.limits.maxUnavailable + rollout.limits.maxSurge));
}

function updatesOf(rollout: Rollout): readonly InstanceUpdate[] {
  return rollout.updates.values();
}
