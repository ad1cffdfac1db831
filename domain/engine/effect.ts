import type { HookName } from "../hook-names.ts";
import type { Hook } from "../plan.ts";

/** Which of an instance's units: the one it has, or the second one of a start-first update. */
export type UnitTarget = "unit" | "next";

/** Something to do to one instance. Asking for the same one twice is harmless: `key` names it for ever. */
export type InstanceEffect =
  | { readonly type: "instance.drain"; readonly instanceId: string; readonly key: string; readonly target: UnitTarget; readonly timeoutMs: number }
  | { readonly type: "instance.restore"; readonly instanceId: string; readonly key: string; readonly target: UnitTarget }
  /** Stops the unit and starts another in its place. */
  | { readonly type: "instance.replace"; readonly instanceId: string; readonly key: string; readonly releaseId: string }
  /** Start-first: starts a second unit beside the first. */
  | { readonly type: "instance.start"; readonly instanceId: string; readonly key: string; readonly releaseId: string }
  /** Start-first: stops the first unit; the second takes its place. `key` is the second one's. */
  | { readonly type: "instance.retire"; readonly instanceId: string; readonly key: string }
  /** Stops the second unit; the first stays. `key` is the second one's. */
  | { readonly type: "instance.discard"; readonly instanceId: string; readonly key: string }
  /** The instance has left the fleet: whatever it still runs is stopped. */
  | { readonly type: "instance.remove"; readonly instanceId: string; readonly key: string };

/** Runs one of the plan's hooks, once; what came of it shows in the observation. */
export interface HookEffect {
  readonly type: "hook.run";
  readonly key: string;
  readonly name: HookName;
  readonly hook: Hook;
  readonly batch: number | null;
  readonly instanceIds: readonly string[];
}

export type Effect = InstanceEffect | HookEffect;
export type EffectType = Effect["type"];
