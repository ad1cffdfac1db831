import { formatDuration } from "../duration.ts";
import { countText, metricText } from "../evidence/words.ts";
import type { MetricEvidence } from "../metric.ts";
import { currentBatch, type InstanceUpdate, type Rollout, type StopCause } from "../rollout.ts";
import { elapsedMsOf } from "../stop-clock.ts";
import { failedHook } from "./hooks.ts";
import { asSentence } from "./sentence.ts";
import { tallyOf, updatesIn } from "./survey.ts";
import { record, type Turn } from "./turn.ts";

export interface Verdict {
  readonly cause: StopCause;
  readonly message: string;
  /** What to do about it, where that is not the plan's own `onFailure`. */
  readonly onFailure?: Rollout["plan"]["onFailure"];
}

/** Failed instances that no person has accepted yet. */
export function failuresOf(state: Rollout): readonly InstanceUpdate[] {
  const failed = updatesIn(state, ["failed"]);
  if (failed.length === 0) return failed;
  const accepted = new Set(state.acceptedFailures);
  return failed.filter((update) => update.direction === "forward" && !accepted.has(update.instanceId));
}

/** Those that count towards `maxFailures`: an instance that was unhealthy before its update does not. */
function countedFailures(state: Rollout): number {
  return failuresOf(state).filter((update) => !update.wasUnhealthy).length;
}

/** Whether what is known by now must stop the rollout, and why. Bad evidence acts while paused too; the rest waits. */
export function judge(state: Rollout, now: number): Verdict | null {
  if (state.status === "paused") return state.pausedFrom === "rolling-back" || state.pausedBy?.cause === "evidence" ? null : judgeEvidence(state);
  switch (state.status) {
    case "preparing":
    case "running":
    case "finalizing":
    case "watching":
      return judgeEvidence(state) ?? judgeFailures(state) ?? judgeHooks(state) ?? judgeProgress(state, now);
    default:
      return null;
  }
}

function judgeHooks(state: Rollout): Verdict | null {
  const failed = failedHook(state);
  if (failed === null) return null;
  const { run, hook } = failed;
  const onFailure = hook.onFailure === "continue" ? undefined : hook.onFailure;
  const where = run.batch === null ? "" : ` of batch ${run.batch}`;
  return { cause: "hook", message: `The hook ${run.hook}${where} failed: ${asSentence(run.message ?? "no reason given")}`, onFailure };
}

function judgeEvidence(state: Rollout): Verdict | null {
  const bad = Object.values(state.evidence).find((evidence) => evidence.state === "bad");
  return bad ? { cause: "evidence", message: describeBad(state, bad) } : null;
}

/** The numbers a decision was made on, for a person: counts of both releases first, the test's value after. */
export function describeBad(state: Rollout, evidence: MetricEvidence): string {
  const release = state.releaseNames[state.releaseId] ?? "The new release";
  const found = `${release} ${countText(evidence, evidence.new)}`;
  const against =
    evidence.comparison === "ceiling"
      ? "above the absolute ceiling"
      : `the old release ${formatCount(evidence.old.failed)} of ${formatCount(evidence.old.total)} in the same time`;
  return `Evidence on ${metricText(evidence.metric)} is bad: ${found}, ${against} (${describeWin(state, evidence)}).`;
}

/** The culprit is the largest part of the sum that decided, and need not have reached its own threshold. */
function describeWin({ plan }: Rollout, { lnE, lnThreshold }: MetricEvidence): string {
  if (lnE >= lnThreshold || plan.metrics === false) return `${formatE(lnE)} against the ${formatE(lnThreshold)} needed`;
  return `${formatE(lnE)} of the ${formatE(lnThreshold)} it needs alone; all metrics together reached ${formatE(Math.log(1 / plan.metrics.alpha))}`;
}

function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

function formatE(lnE: number): string {
  if (lnE > 13.8) return `10^${Math.floor(lnE / Math.LN10)}×`;
  const value = Math.exp(lnE);
  return value >= 100 ? `${Math.round(value).toLocaleString("en-US")}×` : `${value.toPrecision(2)}×`;
}

function judgeFailures(state: Rollout): Verdict | null {
  const whole = whollyFailedBatch(state);
  if (whole !== null) return { cause: "whole-batch", message: `All of batch ${whole} failed. ${lastFailure(state)}` };
  const counted = countedFailures(state);
  if (counted <= state.limits.maxFailures) return null;
  const tolerated = state.limits.maxFailures === 0 ? "none is tolerated" : `${state.limits.maxFailures} are tolerated`;
  return { cause: "failures", message: `${counted === 1 ? "1 instance" : `${counted} instances`} failed, ${tolerated}. ${lastFailure(state)}` };
}

/** A batch of which nothing came up says no, however many failures the plan tolerates. What a person accepted stays accepted. */
function whollyFailedBatch(state: Rollout): number | null {
  const batch = currentBatch(state);
  if (batch === null || batch.gateOpenedAt !== null) return null;
  const { members, failed } = tallyOf(state, batch.number);
  if (failed === 0 || failed < members) return null;
  return failuresOf(state).some((update) => update.batch === batch.number) ? batch.number : null;
}

function lastFailure(state: Rollout): string {
  const last = failuresOf(state).reduce<InstanceUpdate | null>((a, b) => (a === null || b.phaseSince >= a.phaseSince ? b : a), null);
  return last?.failure ? asSentence(last.failure.message) : "";
}

function judgeProgress(state: Rollout, now: number): Verdict | null {
  if (elapsedMsOf(state.progress, now) < state.limits.progressDeadlineMs) return null;
  return { cause: "progress-deadline", message: `No update was completed within ${formatDuration(state.limits.progressDeadlineMs)}.` };
}

/** Does what the plan says on failure. Without any way back a person decides instead. */
export function obey(turn: Turn, verdict: Verdict): void {
  const { state } = turn;
  const approved = currentBatch(state);
  if (verdict.cause === "evidence" && approved?.approvedBy && approved.gateOpenedAt === null)
    record(turn, { type: "approval.voided", batch: approved.number });
  const { cause, message } = verdict;
  const onFailure = verdict.onFailure ?? state.plan.onFailure;
  // Before the first batch nothing was touched, so there is nothing to go back from.
  if (onFailure === "stop" || (onFailure === "rollback" && state.status === "preparing")) record(turn, { type: "rollout.stopping", cause, message });
  else if (onFailure === "rollback" && hasWayBack(state)) record(turn, { type: "rollback.started", cause, message });
  else record(turn, { type: "rollout.paused", cause, message });
}

export function hasWayBack(state: Rollout): boolean {
  return state.updates.chunks.some((chunk) => chunk.some((update) => update.wayBackId !== null && update.wayBackId !== state.releaseId));
}
