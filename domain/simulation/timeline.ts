import type { Actor } from "../actor.ts";
import type { Failure } from "../failure.ts";
import { assertNever } from "../invariant.ts";
import { crash } from "./crash.ts";
import { push } from "./heap.ts";
import { loseInstance } from "./pass-time.ts";
import { command, commandFleet, start } from "./people.ts";
import type { ControlPlane } from "./plane.ts";
import { breakPart } from "./run.ts";
import type { Scenario } from "./scenario-file.ts";
import type { TimelineEntry } from "./scenario-timeline.ts";

/** A reason where one is asked for and the scenario gives none. */
const reasonByDefault = "as the scenario says";

/** Does what an entry says: the Failure when a command was not obeyed. */
export function playEntry(plane: ControlPlane, scenario: Scenario, entry: TimelineEntry, actor: Actor): Failure | null {
  const { world } = plane;
  switch (entry.do) {
    case "start": {
      const plan = entry.plan ?? scenario.plan;
      const supersede = entry.supersede ?? plan.supersede;
      const { release, acknowledged, reason = null } = entry;
      return start(plane, { releaseId: release, plan: { ...plan, supersede }, planName: "scenario", acknowledged, reason }, actor);
    }
    case "pause":
    case "resume":
    case "approve":
    case "skipSoak":
      return command(plane, { type: entry.do, instanceId: null, reason: entry.reason ?? null }, actor);
    case "rollBack":
    case "cancel":
      return command(plane, { type: entry.do, instanceId: null, reason: entry.reason ?? reasonByDefault }, actor);
    case "retryInstance":
    case "skipInstance":
      return command(plane, { type: entry.do, instanceId: entry.instance, reason: entry.reason ?? null }, actor);
    case "liftHold":
    case "liftFreeze":
      return commandFleet(plane, { type: entry.do, reason: entry.reason ?? reasonByDefault }, actor);
    case "scale":
      return commandFleet(plane, { type: "scale", desired: entry.desired }, actor);
    case "freeze": {
      const until = entry.forMs === undefined ? null : world.now + entry.forMs;
      return commandFleet(plane, { type: "setFreeze", until, reason: entry.reason ?? reasonByDefault }, actor);
    }
    default:
      breakWorld(plane, entry);
      return null;
  }
}

type Fault = Exclude<
  TimelineEntry,
  {
    do:
      | "start"
      | "pause"
      | "resume"
      | "approve"
      | "skipSoak"
      | "rollBack"
      | "cancel"
      | "retryInstance"
      | "skipInstance"
      | "liftHold"
      | "liftFreeze"
      | "scale"
      | "freeze";
  }
>;

function breakWorld(plane: ControlPlane, entry: Fault): void {
  const { world } = plane;
  switch (entry.do) {
    case "instanceDies":
      lose(plane, (slot) => slot.instanceId === entry.instance);
      return;
    case "hostLost":
      lose(plane, (slot) => slot.zone === entry.zone);
      return;
    case "metricsDown":
      breakPart(plane, "metrics", entry.forMs, "no answer");
      return;
    case "balancerFails":
      breakPart(plane, "balancer", entry.forMs, "connection refused");
      return;
    case "driverUnreachable":
      breakPart(plane, "driver", entry.forMs, "connection refused");
      return;
    case "staleView":
      breakPart(plane, "view", entry.forMs, "");
      return;
    case "balancerIgnores":
      setBalancer(plane, "ignores", entry.forMs);
      return;
    case "balancerLate":
      setBalancer(plane, { lateMs: entry.lateMs }, entry.forMs);
      return;
    case "answersLost":
      world.faults.unanswered += entry.effects;
      return;
    case "effectsLost":
      world.faults.unheard += entry.effects;
      return;
    case "duplicateEffects":
      world.faults.isDoubling = true;
      return;
    case "hook":
      world.hookResults.set(entry.hook, { ends: entry.ends, afterMs: entry.afterMs });
      return;
    case "engineCrash":
      crash(plane, entry.downMs);
      return;
    default:
      assertNever(entry);
  }
}

function lose({ world }: ControlPlane, isMeant: (slot: { readonly instanceId: string; readonly zone: string }) => boolean): void {
  for (const slot of world.slots.values()) if (isMeant(slot)) loseInstance(world, slot);
}

function setBalancer({ world }: ControlPlane, mode: ControlPlane["world"]["faults"]["balancer"], forMs: number | undefined): void {
  world.faults.balancer = mode;
  if (forMs !== undefined) push(world.changes, world.now + forMs, { type: "balancer-well", mode });
}
