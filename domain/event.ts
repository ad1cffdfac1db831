import type { Actor } from "./actor.ts";
import type { Baseline } from "./evidence/baseline.ts";
import type { HookName } from "./hook-names.ts";
import type { MetricEvidence, MetricName } from "./metric.ts";
import type { Plan } from "./plan.ts";
import type { FailureCause, Rollout, StopCause, TerminalStatus } from "./rollout.ts";
import type { Waiting } from "./waiting.ts";

export interface StartedInstance {
  readonly instanceId: string;
  readonly zone: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What it ran when the rollout started; null when nothing ran. */
  readonly releaseId: string | null;
  readonly wayBackId: string | null;
  /** It did not serve, and not because a replaced rollout had it in its hands. */
  readonly wasUnhealthy: boolean;
  readonly serves: boolean;
  readonly unitStartedAt: number | null;
}

/** What a rollout is about, fixed when it is asked for. */
interface Subject {
  readonly kind: "rollout" | "rollback";
  readonly fleetId: string;
  readonly fleetName: string;
  readonly service: string;
  readonly environment: string;
  readonly releaseId: string;
  readonly releaseNames: Readonly<Record<string, string>>;
  readonly planName: string;
  readonly plan: Plan;
}

/** What happened, in the past tense. Together with its envelope this is the only truth about a rollout. */
export type RolloutFact =
  /** It waits until the rollout before it has succeeded, a second person has approved it, or both. Its instances are looked at when it starts. */
  | ({
      readonly type: "rollout.queued";
      /** null: only the approval holds it. */
      readonly behind: string | null;
      /** Left out where none is needed, and by versions that knew none. `until` is engine time. */
      readonly approval?: { readonly until: number; readonly reason: string | null };
    } & Subject)
  /** By the actor, who is not the one that asked for the start. */
  | { readonly type: "start.approved" }
  | ({
      readonly type: "rollout.started";
      readonly provenReleaseId: string | null;
      readonly undoes: Rollout["undoes"];
      /** A person's reason, given where the release was held or the fleet bad already. */
      readonly reason: string | null;
      readonly instances: readonly StartedInstance[];
      /** Left out where nothing is compared, and by versions that kept none. */
      readonly baseline?: Baseline;
      /** How long it takes when nothing goes wrong, its watch included, as the simulation has it. Left out where it was not simulated. */
      readonly predictedMs?: number;
    } & Subject)
  | { readonly type: "rollout.prepared" }
  | { readonly type: "batch.opened"; readonly batch: number; readonly instanceIds: readonly string[] }
  /** Old instances that lost their health meanwhile: they cost nothing, so they move into the current batch. */
  | { readonly type: "batch.joined"; readonly batch: number; readonly instanceIds: readonly string[] }
  | {
      readonly type: "update.started";
      readonly instanceId: string;
      readonly batch: number | null;
      readonly attempt: number;
      readonly direction: "forward" | "back";
      readonly releaseId: string;
      readonly startFirst: boolean;
    }
  /** The floor keeps what an attempt was to drain, of which nothing was taken away yet: it is tried again when enough others serve. */
  | { readonly type: "update.postponed"; readonly instanceId: string; readonly attempt: number }
  /** An attempt was turned round before its unit was replaced: the old unit only goes back into rotation. */
  | { readonly type: "update.reversed"; readonly instanceId: string; readonly attempt: number }
  | {
      readonly type: "instance.drained";
      readonly instanceId: string;
      readonly attempt: number;
      readonly cut: number;
      readonly tookMs: number;
      /** The balancer could not see whether requests were still in flight. */
      readonly unverified?: true;
    }
  | { readonly type: "instance.replaced"; readonly instanceId: string; readonly attempt: number; readonly tookMs: number }
  /** Start-first: the new unit runs beside the old one. */
  | { readonly type: "instance.started"; readonly instanceId: string; readonly attempt: number; readonly tookMs: number }
  /** Start-first: the new unit is in rotation, the old one may leave. */
  | { readonly type: "instance.restored"; readonly instanceId: string; readonly attempt: number }
  | { readonly type: "instance.healthy"; readonly instanceId: string; readonly attempt: number; readonly tookMs: number }
  | { readonly type: "update.completed"; readonly instanceId: string; readonly attempt: number; readonly direction: "forward" | "back" }
  | {
      readonly type: "attempt.failed";
      readonly instanceId: string;
      readonly attempt: number;
      readonly cause: FailureCause;
      readonly message: string;
      /** Engine time of the next attempt; null when this was the last and the instance has failed. */
      readonly retryAt: number | null;
    }
  /** A port answered no. The attempt fails with it. */
  | {
      readonly type: "effect.failed";
      readonly instanceId: string;
      readonly attempt: number;
      readonly effect: "instance.drain" | "instance.replace" | "instance.restore" | "instance.start" | "instance.retire" | "instance.discard";
      readonly message: string;
    }
  /** A person asked for another attempt of a failed instance. */
  | { readonly type: "instance.retried"; readonly instanceId: string }
  /** A person leaves a failed instance out of rotation and accepts it. */
  | { readonly type: "instance.skipped"; readonly instanceId: string }
  | { readonly type: "repair.started"; readonly instanceId: string; readonly releaseId: string; readonly number: number }
  | { readonly type: "repair.completed"; readonly instanceId: string; readonly releaseId: string }
  | {
      readonly type: "fleet.scaled";
      readonly desired: number;
      readonly added: readonly StartedInstance[];
      readonly removed: readonly string[];
    }
  | { readonly type: "hook.started"; readonly hook: HookName; readonly batch: number | null; readonly key: string }
  | {
      readonly type: "hook.ended";
      readonly key: string;
      readonly hook: HookName;
      readonly batch: number | null;
      readonly status: "succeeded" | "failed";
      readonly message: string;
      readonly output: string;
    }
  | { readonly type: "batch.settled"; readonly batch: number; readonly failed: readonly string[] }
  | { readonly type: "batch.soaked"; readonly batch: number }
  | { readonly type: "soak.skipped"; readonly batch: number; readonly evidence: Readonly<Record<string, MetricEvidence>> }
  | { readonly type: "batch.approved"; readonly batch: number; readonly evidence: Readonly<Record<string, MetricEvidence>> }
  | { readonly type: "approval.voided"; readonly batch: number }
  | { readonly type: "gate.opened"; readonly batch: number; readonly evidence: Readonly<Record<string, MetricEvidence>> }
  | {
      readonly type: "evidence.changed";
      readonly evidence: MetricEvidence /** Other metrics that came to the same state at once. */;
      readonly others?: readonly MetricEvidence[];
    }
  | { readonly type: "evidence.overridden"; readonly metric: MetricName; readonly reason: string }
  | { readonly type: "resources.overridden"; readonly reason: string }
  | { readonly type: "waiting.changed"; readonly waiting: readonly Waiting[] }
  | { readonly type: "rollout.paused"; readonly cause: StopCause; readonly message: string }
  | { readonly type: "rollout.resumed"; readonly reason: string | null }
  | { readonly type: "rollout.finalizing" }
  | { readonly type: "rollout.watching" }
  | { readonly type: "rollback.started"; readonly cause: StopCause; readonly message: string }
  | { readonly type: "rollout.stopping"; readonly cause: StopCause; readonly message: string }
  /** A new holder of the fleet's lease found this rollout; no deadline ran while nobody was there. */
  | { readonly type: "rollout.taken"; readonly downMs: number; readonly soakRestarts: boolean }
  | { readonly type: "rollout.ended"; readonly status: TerminalStatus; readonly message: string; readonly failed: readonly string[] };

export interface Envelope {
  readonly rolloutId: string;
  /** 1, 2, 3 … without a gap. */
  readonly seq: number;
  /** Engine time, milliseconds since 1970. */
  readonly at: number;
  readonly actor: Actor;
}

export type RolloutEvent = Envelope & RolloutFact;

/**
 * A fact in its envelope. The envelope stands first on purpose: where a literal begins with a spread and adds to it, Node 20
 * gives every object a hidden class of its own, which makes it and all that reads it many times slower.
 */
export function toEvent(fact: RolloutFact, { rolloutId, seq, at, actor }: Envelope): RolloutEvent {
  return { rolloutId, seq, at, actor, ...fact };
}
