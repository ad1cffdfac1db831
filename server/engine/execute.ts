import type { EffectType, InstanceEffect, UnitTarget } from "#domain/engine/effect.ts";
import type { Refusal } from "#domain/engine/think.ts";
import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import { assertNever } from "#domain/invariant.ts";
import type { Release } from "#domain/release.ts";
import type { Place, SeenUnit } from "#server/balancers/balancer.ts";
import type { Fence } from "#server/drivers/driver.ts";
import type { Logger } from "#server/log.ts";
import { withDeadline } from "./deadline.ts";
import { endOf, type HeldLease } from "./lease.ts";
import { messageOf, type ObservedPart } from "./observe.ts";
import type { FleetPorts } from "./ports.ts";

/** A drain and a restore answer at once; the others wait for a unit to stop, or to start, or both. */
const balancerAct = { asks: "balancer", withinMs: 10_000 } as const;
const driverAct = { asks: "driver", withinMs: 60_000 } as const;
const acts = {
  "instance.drain": balancerAct,
  "instance.restore": balancerAct,
  "instance.replace": driverAct,
  "instance.start": driverAct,
  "instance.retire": driverAct,
  "instance.discard": driverAct,
  "instance.remove": driverAct,
} as const satisfies Record<Exclude<EffectType, "hook.run">, { readonly asks: ObservedPart; readonly withinMs: number }>;
const inFlightMax = 256;
const backoffMsMin = 1_000;
const backoffMsMax = 30_000;
/** Effects that answered no or nothing, remembered so that they are not asked again at once. */
const backoffsMax = 20_000;

export interface ExecutorInput {
  readonly ports: Pick<FleetPorts, "driver" | "balancer">;
  /** As it is now: its instances come and go. */
  readonly fleet: () => Fleet;
  /** The unit as the driver saw it last; null where there is none. */
  readonly seenAt: (instanceId: string, target: UnitTarget) => SeenUnit | null;
  readonly lease: Fence & Pick<HeldLease, "signal">;
  readonly loadRelease: (releaseId: string) => Promise<Release>;
  readonly mayAct: () => boolean;
  /** Engine time. */
  readonly now: () => number;
  /** Called when an effect has ended in whatever way: there is something new to observe. */
  readonly onSettled: () => void;
  readonly log: Logger;
}

export interface Executor {
  /** Starts those whose instance is free and that do not wait out a backoff. Returns at once. */
  start(effects: readonly InstanceEffect[]): void;
  inFlight(): number;
  /** What the world has refused since the last call. An unreachable world is no refusal. */
  takeRefusals(): readonly Refusal[];
}

interface Backoff {
  readonly until: number;
  readonly ms: number;
}

/** Carries effects out: one at a time for each instance, each with a deadline, none without the lease. */
export function createExecutor(input: ExecutorInput): Executor {
  /** Instance → what is being done to it: one thing at a time, so that nothing overtakes what came before. */
  const flying = new Map<string, string>();
  const backoffs = new Map<string, Backoff>();
  let refusals: Refusal[] = [];

  async function carryOut(effect: InstanceEffect): Promise<void> {
    const name = nameOf(effect);
    const { asks, withinMs } = acts[effect.type];
    flying.set(effect.instanceId, name);
    try {
      const end = endOf(input.ports[asks], input.lease);
      await withDeadline(withinMs, `${effect.type} of ${effect.instanceId}`, (signal) => call(input, effect, signal), end);
      backoffs.delete(name);
    } catch (error) {
      const saidNo = error instanceof Failure && error.code !== "unavailable";
      if (saidNo) refusals.push({ effect, message: messageOf(error, "") });
      delay(name, saidNo);
      input.log.warn({ err: error, effect: effect.type, key: effect.key }, "An effect failed.");
    } finally {
      flying.delete(effect.instanceId);
      input.onSettled();
    }
  }

  /** What could not be asked is asked again after a second; a plain no waits longer each time. */
  function delay(name: string, saidNo: boolean): void {
    const ms = saidNo ? Math.min((backoffs.get(name)?.ms ?? backoffMsMin / 2) * 2, backoffMsMax) : backoffMsMin;
    if (backoffs.size >= backoffsMax) backoffs.clear();
    backoffs.set(name, { until: input.now() + ms, ms });
  }

  return {
    start: (effects) => {
      const now = input.now();
      for (const effect of effects) {
        const name = nameOf(effect);
        if (!input.mayAct() || flying.size >= inFlightMax) return;
        if (flying.has(effect.instanceId) || (backoffs.get(name)?.until ?? 0) > now) continue;
        void carryOut(effect);
      }
    },
    inFlight: () => flying.size,
    takeRefusals: () => {
      const taken = refusals;
      refusals = [];
      return taken;
    },
  };
}

/** How long after a holder's end something that it asked for may still be under way where no token is remembered. */
export function lingerMsOf(ports: Pick<FleetPorts, "driver" | "balancer">): number {
  return Math.max(0, ...Object.values(acts).map(({ asks, withinMs }) => (ports[asks].fencing === "lease-only" ? withinMs : 0)));
}

async function call({ ports, fleet, seenAt, lease: fence, loadRelease }: ExecutorInput, effect: InstanceEffect, signal: AbortSignal): Promise<void> {
  const { driver, balancer } = ports;
  const { instanceId, key } = effect;
  const placeOf = (target: UnitTarget): Place => ({ instanceId, target, key, seen: seenAt(instanceId, target) });
  switch (effect.type) {
    case "instance.drain":
      return balancer.drain(fleet(), placeOf(effect.target), effect.timeoutMs, fence, signal);
    case "instance.restore":
      return balancer.restore(fleet(), placeOf(effect.target), fence, signal);
    case "instance.replace":
      return driver.replace(fleet(), instanceId, await loadRelease(effect.releaseId), key, fence, signal);
    case "instance.start":
      return driver.start(fleet(), instanceId, await loadRelease(effect.releaseId), key, fence, signal);
    case "instance.retire":
      return driver.retire(fleet(), instanceId, key, fence, signal);
    case "instance.discard":
      return driver.discard(fleet(), instanceId, key, fence, signal);
    case "instance.remove":
      return driver.remove(fleet(), instanceId, fence, signal);
    default:
      return assertNever(effect);
  }
}

/** A drain of the first unit and one of the second share their attempt's key. */
function nameOf(effect: InstanceEffect): string {
  return `${effect.type} ${"target" in effect ? effect.target : ""} ${effect.key}`;
}
