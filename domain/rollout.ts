import type { Actor } from "./actor.ts";
import type { Baseline } from "./evidence/baseline.ts";
import type { HookName } from "./hook-names.ts";
import type { MetricEvidence } from "./metric.ts";
import type { Plan } from "./plan.ts";
import type { PlanLimits } from "./plan-limits.ts";
import type { StopClock } from "./stop-clock.ts";
import type { Table } from "./table.ts";
import type { Waiting } from "./waiting.ts";

export const activeStatuses = ["queued", "preparing", "running", "paused", "finalizing", "watching", "rolling-back", "stopping"] as const;
export const terminalStatuses = ["succeeded", "rolled-back", "rollback-failed", "cancelled", "failed", "superseded"] as const;
export type ActiveStatus = (typeof activeStatuses)[number];
export type TerminalStatus = (typeof terminalStatuses)[number];
export type RolloutStatus = ActiveStatus | TerminalStatus;

/**
 * Where one instance is in its update. Forward or back, an attempt goes
 * draining → replacing → checking → restoring, or start-first
 * starting → checking → restoring → draining → retiring, and ends in updated (forward) or reverted (back).
 */
export const updatePhases = [
  "pending",
  "draining",
  "replacing",
  "starting",
  "checking",
  "restoring",
  "retiring",
  "retry-backoff",
  "updated",
  "reverted",
  "failed",
  "skipped",
  /** The instance left the fleet by a scale-in. */
  "removed",
] as const;
export type UpdatePhase = (typeof updatePhases)[number];

export type FailureCause = "deadline" | "driver" | "lost-health" | "passive-check";

/** Everything done to one instance in one rollout. */
export interface InstanceUpdate {
  readonly instanceId: string;
  readonly zone: string;
  readonly labels: Readonly<Record<string, string>>;
  /** When its unit had started, as seen at the start; null when nothing ran. */
  readonly unitStartedAt: number | null;
  /** The release this instance returns to; null when there is none. */
  readonly wayBackId: string | null;
  /** Not healthy when the rollout started: listed, and not counted as a failure. */
  readonly wasUnhealthy: boolean;
  readonly batch: number | null;
  readonly direction: "forward" | "back";
  readonly phase: UpdatePhase;
  readonly phaseSince: number;
  /** Number of the current attempt over the whole rollout; 0 before the first. */
  readonly attempt: number;
  /** Attempts begun in this direction. */
  readonly attemptsUsed: number;
  /** This attempt starts the new unit before the old one leaves. */
  readonly startFirst: boolean;
  /** The unit may be something else than its way back: from the request to replace it until it is reverted. */
  readonly touched: boolean;
  /** Engine time at which the attempt's `replace` ended; the healthy deadline counts from here. */
  readonly replacedAt: number | null;
  readonly retryAt: number | null;
  /** Requests cut by this rollout's drains of this instance. */
  readonly cut: number;
  readonly failure: { readonly cause: FailureCause; readonly message: string } | null;
  /** It had failed on the new release when its way back began. */
  readonly failedForward: boolean;
  /** The last attempt that failed and left its unit there: a later one may fail before it replaces that. */
  readonly failedAttempt: number | null;
  /** Nearly all answers of its unit failed when this attempt began: it serves nobody, whatever its check says. */
  readonly servesNobody: boolean;
  /** Its unit was lost, and another is being brought up on this release to make up for it. */
  readonly repair: { readonly number: number; readonly releaseId: string; readonly since: number } | null;
  /** Came by a scale-out and has not served yet. */
  readonly joining: boolean;
}

/** One run of one of the plan's hooks. */
export interface HookRun {
  /** Names the run for ever: the hook's program or receiver may tell a repetition by it. */
  readonly key: string;
  readonly hook: HookName;
  readonly batch: number | null;
  readonly startedAt: number;
  readonly status: "running" | "succeeded" | "failed";
  readonly endedAt: number | null;
  /** How it ended, in words. */
  readonly message: string | null;
  /** The last of what it wrote. Hostile input: show as text. */
  readonly output: string;
  /** It failed, and a person went on all the same. */
  readonly isAccepted: boolean;
}

/** A group of instances moved between two gates. Members are fixed when it opens. */
export interface Batch {
  readonly number: number;
  readonly instanceIds: readonly string[];
  /** Every member before this one has begun its update. */
  readonly begun: number;
  readonly soakMs: number;
  readonly needsApproval: boolean;
  readonly openedAt: number;
  readonly settledAt: number | null;
  readonly soakedAt: number | null;
  readonly soakSkippedBy: Actor | null;
  readonly approvedBy: Actor | null;
  readonly gateOpenedAt: number | null;
}

export type StopCause = "failures" | "progress-deadline" | "evidence" | "whole-batch" | "hook" | "resources" | "person";

export interface StartQueue {
  /** The rollout it was queued behind; null when only the approval held it. */
  readonly behind: string | null;
  /** A person let it go on whatever that one came to. */
  readonly isReleased: boolean;
  /** A second person's, where the environment is protected; null where none is needed. */
  readonly approval: StartApproval | null;
}

export interface StartApproval {
  /** Engine time at which the start is cancelled for want of it. */
  readonly until: number;
  /** What the one who asked said, if anything. */
  readonly reason: string | null;
  readonly approvedBy: Actor | null;
}

export interface Rollout {
  readonly rolloutId: string;
  readonly fleetId: string;
  readonly kind: "rollout" | "rollback";
  readonly status: RolloutStatus;
  /** What it waited for before it started; null when it started at once. */
  readonly queue: StartQueue | null;
  readonly pausedFrom: Exclude<ActiveStatus, "paused"> | null;
  readonly pausedBy: { readonly actor: Actor; readonly cause: StopCause; readonly message: string } | null;
  /** Number of the last event folded in. */
  readonly seq: number;
  /** The last change of status, batch or gate, so that a command meant for an older state can be answered. */
  readonly moved: { readonly seq: number; readonly text: string };
  readonly fleetName: string;
  readonly service: string;
  readonly environment: string;
  readonly releaseId: string;
  /** Names of every release that plays a part: the target and the ways back. */
  readonly releaseNames: Readonly<Record<string, string>>;
  readonly planName: string;
  readonly plan: Plan;
  readonly limits: PlanLimits;
  /** Instances the fleet should have now. */
  readonly desired: number;
  /** Instances it had at the start, of which batch percentages are taken. */
  readonly desiredAtStart: number;
  /** What new instances come up on before the last batch is done; null when nothing is proven. */
  readonly provenReleaseId: string | null;
  /** For kind `rollback`: the ended rollout that it takes back, and that rollout's release. */
  readonly undoes: { readonly rolloutId: string; readonly releaseId: string } | null;
  readonly startedAt: number;
  readonly startedBy: Actor;
  readonly endedAt: number | null;
  /** Why it ended or turned back, in a sentence. */
  readonly outcome: string | null;
  /** Why it is stopping; null while it is not. */
  readonly stopCause: StopCause | null;
  readonly updates: Table<InstanceUpdate>;
  readonly batches: readonly Batch[];
  readonly attempts: number;
  readonly repairs: number;
  readonly hooks: readonly HookRun[];
  readonly soak: StopClock;
  readonly watch: StopClock;
  /** Since the last completed update, while nothing excuses the wait. */
  readonly progress: StopClock;
  readonly evidence: Readonly<Record<string, MetricEvidence>>;
  /** What the old release was like before the start; null for a rollback, and for rollouts of versions that kept none. */
  readonly baseline: Baseline | null;
  /** A person went on although the new release takes more than the plan allows: that is not asked again in this rollout. */
  readonly resourcesOverridden: boolean;
  /** Failed instances that a person accepted by resuming. */
  readonly acceptedFailures: readonly string[];
  readonly rollback: { readonly at: number; readonly cause: StopCause; readonly message: string; readonly by: Actor } | null;
  readonly waiting: readonly Waiting[];
}

export const commandTypes = ["pause", "resume", "approve", "skipSoak", "retryInstance", "skipInstance", "rollBack", "cancel"] as const;
export type CommandType = (typeof commandTypes)[number];

/** Which command makes sense in which state. The buttons in the browser read the same table. */
export const rolloutCan = {
  pause: ["preparing", "running", "finalizing", "watching", "rolling-back"],
  /** Of a queued rollout: start it although the one before did not succeed. */
  resume: ["paused", "queued"],
  /** Of a queued rollout: its start. */
  approve: ["queued", "running", "paused"],
  skipSoak: ["running", "paused"],
  retryInstance: ["paused"],
  skipInstance: ["paused"],
  rollBack: ["preparing", "running", "paused", "finalizing", "watching", "stopping"],
  cancel: ["queued", "preparing", "running", "paused", "finalizing", "watching", "rolling-back"],
} as const satisfies Record<CommandType, readonly ActiveStatus[]>;

export function isTerminal(status: RolloutStatus): status is TerminalStatus {
  return (terminalStatuses as readonly RolloutStatus[]).includes(status);
}

/** Phases in which something is being done to an instance right now. */
export const inFlightPhases: ReadonlySet<UpdatePhase> = new Set(["draining", "replacing", "starting", "checking", "restoring", "retiring"]);

export function isInFlight(update: InstanceUpdate): boolean {
  return inFlightPhases.has(update.phase);
}

/** What an instance is being moved to: the new release, or its way back. */
export function targetReleaseId(rollout: Rollout, update: InstanceUpdate): string | null {
  return update.direction === "forward" ? rollout.releaseId : update.wayBackId;
}

/** Names an attempt for ever: asking a driver twice under one key is asking once. */
export function attemptKey(rollout: Rollout, update: InstanceUpdate): string {
  return `${rollout.rolloutId}/${update.instanceId}/${update.attempt}`;
}

/** Names a repair for ever. */
export function repairKey(rollout: Rollout, update: InstanceUpdate): string {
  return `${rollout.rolloutId}/${update.instanceId}/repair/${update.repair?.number ?? 0}`;
}

export function currentBatch(rollout: Rollout): Batch | null {
  return rollout.batches.at(-1) ?? null;
}
