import type { FleetAlert } from "./alert.ts";
import type { InstanceObservation } from "./engine/observation.ts";
import type { RolloutEvent } from "./event.ts";
import type { Fleet, Freeze, HeldRelease } from "./fleet.ts";
import type { MetricEvidence, ReleaseSample } from "./metric.ts";
import type { Packed } from "./pack.ts";
import type { PackedRollout } from "./revive.ts";
import type { RolloutStatus } from "./rollout.ts";

/** One row of the rollouts lists. */
export interface RolloutSummary {
  readonly rolloutId: string;
  readonly fleetId: string;
  readonly fleetName: string;
  readonly environment: string;
  readonly kind: "rollout" | "rollback";
  readonly releaseName: string;
  readonly planName: string;
  readonly status: RolloutStatus;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly startedBy: string;
  readonly outcome: string | null;
  readonly updated: number;
  readonly failed: number;
  readonly desired: number;
  readonly batch: number;
  /** Set while only a person can move it on. */
  readonly needsPerson: string | null;
}

/** One row of the fleets overview. */
export interface FleetSummary {
  readonly fleetId: string;
  readonly name: string;
  readonly service: string;
  readonly environment: string;
  readonly desired: number;
  readonly ready: number;
  readonly inRotation: number;
  /** Most instances first. */
  readonly releases: readonly { readonly releaseId: string; readonly name: string; readonly count: number }[];
  /** Over the last 10 seconds; null while nothing is known. */
  readonly requestsPerSecond: number | null;
  readonly errorRate: number | null;
  readonly latencyMsP99: number | null;
  /** One value per 30 seconds of the last 30 minutes, oldest first; null where nothing ended. */
  readonly errorRates: readonly (number | null)[];
  readonly latenciesMsP99: readonly (number | null)[];
  readonly activeRollout: RolloutSummary | null;
  /** Waits for the active one to succeed. */
  readonly queuedRollout: RolloutSummary | null;
  readonly lastRollout: RolloutSummary | null;
  /** Why the fleet cannot be seen right now, in words; null when all is well. */
  readonly unreachable: string | null;
  /** What has been wrong for longer than a moment. */
  readonly alerts: readonly FleetAlert[];
}

/** Everything the fleet page shows besides its lists. */
export interface FleetDetail extends FleetSummary {
  readonly fleet: Fleet;
  /** Holds every rollout at its next gate; null when nobody froze the fleet. */
  readonly freeze: Freeze | null;
  /** The release that a rollback has put on hold. */
  readonly held: HeldRelease | null;
  readonly address: string | null;
  readonly instances: readonly InstanceObservation[];
  /** Instances that are still containers which the fleet did not bring. */
  readonly adopted: number;
  readonly traffic: { readonly requestsPerSecond: number; readonly requestsPerSecondMax: number };
}

/** A fleet as last looked at. */
export interface FleetLive {
  readonly fleetId: string;
  readonly at: number;
  readonly unreachable: string | null;
  readonly instances: readonly InstanceObservation[];
  /** The newest second of each release. */
  readonly samples: readonly ReleaseSample[];
  /** Current evidence of the active rollout; only verdict changes are events. */
  readonly evidence: readonly MetricEvidence[];
}

/**
 * Sent once a second to everyone who watches a fleet: a whole look, or what changed since the message before. Of instances
 * whose figures alone moved (requests in flight, the answer to a check) only some come with each message, in turn, so that
 * a message is no larger than what happened.
 */
export interface FleetNews extends Omit<FleetLive, "instances"> {
  /** 1, 2, 3 … After a hole, or without the one before, watch again for a whole look. */
  readonly number: number;
  readonly whole: boolean;
  /** From `packInstances` (domain/pack-instances.ts). */
  readonly instances: Packed;
}

/** What the server says over the socket. */
export interface ServerMessages {
  /** Consecutive events of one rollout. The first follows what the client said it has. */
  "rollout.events": (message: { readonly rolloutId: string; readonly events: readonly RolloutEvent[] }) => void;
  /** Instead of a very long gap: the state itself. */
  "rollout.snapshot": (message: { readonly rolloutId: string; readonly rollout: PackedRollout }) => void;
  "fleet.live": (message: FleetNews) => void;
  /** A list row changed: fetch it again. */
  "fleets.changed": (message: { readonly fleetId: string }) => void;
}

/** What a browser says over the socket. Each answers null, or why not in words. */
export interface ClientMessages {
  "watch.rollout": (input: { readonly rolloutId: string; readonly afterSeq: number }, answer: (refusal: string | null) => void) => void;
  "unwatch.rollout": (input: { readonly rolloutId: string }) => void;
  "watch.fleet": (input: { readonly fleetId: string }, answer: (refusal: string | null) => void) => void;
  "unwatch.fleet": (input: { readonly fleetId: string }) => void;
  "watch.fleets": (answer: (refusal: string | null) => void) => void;
}
