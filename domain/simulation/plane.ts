import type { Effect } from "../engine/effect.ts";
import type { Observation } from "../engine/observation.ts";
import type { RolloutEvent } from "../event.ts";
import type { FleetState } from "../fleet.ts";
import type { MetricEvidence } from "../metric.ts";
import type { Release } from "../release.ts";
import type { Rollout } from "../rollout.ts";
import type { Book } from "./book.ts";
import type { Crash } from "./crash.ts";
import { createHeap, type Heap } from "./heap.ts";
import { createMemory, type Memory } from "./memory.ts";
import type { World } from "./world.ts";

/** The most and the least over the whole run, and the limits that they were held to. */
export interface Extremes {
  maxInFlight: number;
  floor: number;
  ceiling: number;
}

/** The control plane of one fleet in virtual time: the server's loop over the real engine, with its book in memory. */
export interface ControlPlane {
  readonly world: World;
  readonly book: Book;
  memory: Memory;
  /** Until when no engine runs, and since when; null while one does. */
  down: { readonly since: number; readonly until: number } | null;
  readonly crashes: Crash[];
  /** Times at which to look although nothing changed. */
  readonly wakes: Heap<null>;
  /** The last look asked for something that cannot be seen yet. */
  isAsking: boolean;
  readonly extremes: Extremes;
  readonly releases: ReadonlyMap<string, Release>;
  /** Instead of what the traffic says. */
  told: Readonly<Record<string, MetricEvidence>> | null;
  toldResources: Observation["resources"] | null;
  /** The environment is protected: a second person approves each start. */
  needsApproval: boolean;
  readonly watch: Watch | null;
}

/** Something that happened in a run, told to whoever checks it. */
export type Happening =
  | {
      readonly type: "recorded";
      readonly before: Rollout | null;
      readonly after: Rollout;
      readonly events: readonly RolloutEvent[];
      readonly seen: Observation;
    }
  | {
      readonly type: "carried-out";
      readonly effect: Effect;
      readonly before: World["views"];
      readonly after: World["views"];
      readonly existingBefore: number;
    }
  | { readonly type: "passed"; readonly before: World["views"]; readonly after: World["views"] };

export type Watch = (happening: Happening, plane: ControlPlane) => void;

export interface ControlPlaneInput {
  readonly world: World;
  readonly fleet: FleetState;
  readonly releases: ReadonlyMap<string, Release>;
  readonly watch?: Watch | null;
}

export function createControlPlane({ world, fleet, releases, watch = null }: ControlPlaneInput): ControlPlane {
  return {
    world,
    book: { fleet, fleetEvents: [], rollouts: [] },
    memory: createMemory(),
    down: null,
    crashes: [],
    wakes: createHeap(),
    isAsking: false,
    extremes: { maxInFlight: 0, floor: Number.POSITIVE_INFINITY, ceiling: 0 },
    releases,
    told: null,
    toldResources: null,
    needsApproval: false,
    watch,
  };
}
