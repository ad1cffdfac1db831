import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { FleetTick, InstanceTick } from "#domain/metric.ts";
import type { RotationObservation } from "#server/balancers/balancer.ts";
import type { Fence, UnitObservation } from "#server/drivers/driver.ts";
import type { Clock } from "#server/engine/clock.ts";
import type { Ports } from "#server/engine/ports.ts";
import { createRandom } from "./random.ts";

export type Behaviour = "good" | "never-ready" | "fails-half" | "refused";

export interface WorldOptions {
  readonly clock: Clock;
  readonly seed?: number;
  /** Release id → how its units behave; good when not named. */
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
  readonly startMs?: number;
  readonly drainMs?: number;
  readonly requestsPerTick?: number;
}

interface Slot {
  unit: { key: string; releaseId: string; startedAt: number } | null;
  rotation: "in" | "draining" | "out";
  drainedAt: number;
}

/** Chances, from 0 to 1, of things going wrong at one call. */
export interface Faults {
  /** Done, but the answer is lost. */
  lostAnswer: number;
  /** Not done, and no answer. */
  unreachable: number;
  /** The call is carried out a second time a moment later. */
  duplicate: number;
  delayMsMax: number;
}

const noFaults: Faults = { lostAnswer: 0, unreachable: 0, duplicate: 0, delayMsMax: 0 };
const ticksKept = 120;

/**
 * A driver, a balancer and a metrics source in memory, under the test's clock, seeded. It keeps what the engine promised:
 * `violations` names every unit stopped while it took requests and every call with an outdated token.
 */
export interface FakeWorld {
  /** Ports as one engine sees them. After `kill` nothing it asks for is done or answered. */
  connect(): { readonly ports: Ports; kill(): void };
  readonly faults: Faults;
  readonly violations: string[];
  /** Every unit ever started: instance, release, key. */
  readonly started: readonly { readonly instanceId: string; readonly releaseId: string; readonly key: string }[];
  /** Called after each effect that was carried out. */
  onEffect: (count: number) => void;
  /** The instance's unit is gone, as if its host had died. */
  lose(instanceId: string): void;
  driverDown: string | null;
  sourceDown: boolean;
  inRotation(): number;
  minInRotation(): number;
  watchRotation(): void;
  runs(instanceId: string): string | null;
}

export function createFakeWorld(options: WorldOptions): FakeWorld {
  const { clock, behaviours = {}, startMs = 30, drainMs = 20, requestsPerTick = 20 } = options;
  const random = createRandom(options.seed ?? 1);
  const slots = new Map<string, Slot>();
  const started: { instanceId: string; releaseId: string; key: string }[] = [];
  const ticks: FleetTick[] = [];
  let highestFence = 0;
  let effects = 0;
  let fewest = Number.POSITIVE_INFINITY;

  const slotOf = (instanceId: string): Slot => {
    const slot = slots.get(instanceId) ?? { unit: null, rotation: "out", drainedAt: 0 };
    slots.set(instanceId, slot);
    return slot;
  };
  const isReady = ({ unit }: Slot) => unit !== null && behaviours[unit.releaseId] !== "never-ready" && clock.now() - unit.startedAt >= startMs;
  const settle = (slot: Slot) => {
    if (slot.rotation === "draining" && clock.now() >= slot.drainedAt) slot.rotation = "out";
    return slot;
  };
  const countServing = () => [...slots.values()].filter((slot) => slot.rotation === "in" && isReady(slot)).length;

  const world: FakeWorld = {
    faults: { ...noFaults },
    violations: [],
    started,
    onEffect: () => {},
    driverDown: null,
    sourceDown: false,
    lose: (instanceId) => slots.set(instanceId, { unit: null, rotation: "out", drainedAt: 0 }),
    inRotation: countServing,
    minInRotation: () => fewest,
    watchRotation: () => {
      fewest = countServing();
    },
    runs: (instanceId) => slots.get(instanceId)?.unit?.releaseId ?? null,
    connect: () => {
      const line = { dead: false };
      return { ports: createPorts(line), kill: () => void (line.dead = true) };
    },
  };

  function requireFence(fence: Fence, what: string): void {
    if (fence.token >= highestFence) {
      highestFence = fence.token;
      return;
    }
    world.violations.push(`${what} with token ${fence.token} after ${highestFence}`);
    throw new Failure("conflict", "A newer server runs this fleet.");
  }

  async function carryOut(line: { readonly dead: boolean }, act: () => void): Promise<void> {
    if (line.dead) return never();
    const { faults } = world;
    if (faults.delayMsMax > 0) await new Promise((resolve) => setTimeout(resolve, random() * faults.delayMsMax));
    if (line.dead) return never();
    if (random() < faults.unreachable) throw new Failure("unavailable", "The world does not answer.");
    act();
    fewest = Math.min(fewest, countServing());
    if (random() < faults.duplicate) act();
    effects += 1;
    world.onEffect(effects);
    if (line.dead) return never();
    if (random() < faults.lostAnswer) throw new Failure("unavailable", "The answer was lost.");
  }

  function replace(instanceId: string, releaseId: string, key: string): void {
    const slot = settle(slotOf(instanceId));
    if (slot.unit?.key === key) return;
    if (slot.unit !== null && slot.rotation !== "out") world.violations.push(`${instanceId} was stopped while ${slot.rotation}`);
    if (behaviours[releaseId] === "refused") throw new Failure("invalid", "The release's directory has changed since it was recorded.");
    slot.unit = { key, releaseId, startedAt: clock.now() };
    started.push({ instanceId, releaseId, key });
  }

  function drain(instanceId: string): void {
    const slot = settle(slotOf(instanceId));
    if (slot.rotation !== "in") return;
    slot.rotation = "draining";
    slot.drainedAt = clock.now() + drainMs;
  }

  function restore(instanceId: string): void {
    const slot = slotOf(instanceId);
    if (!isReady(slot)) throw new Failure("not-allowed-now", `${instanceId} is not ready.`);
    slot.rotation = "in";
  }

  function observeUnit(instanceId: string): UnitObservation {
    const slot = slotOf(instanceId);
    const ready = isReady(slot);
    const unit = slot.unit && { ...slot.unit, state: "running" as const, restarts: 0, address: "127.0.0.1:1", message: null };
    return {
      unit,
      ready,
      readyForMs: ready && slot.unit ? clock.now() - slot.unit.startedAt - startMs : null,
      probe: ready ? "200 in 1 ms" : "503 in 1 ms",
    };
  }

  function observeRotation(instanceId: string): RotationObservation {
    const slot = settle(slotOf(instanceId));
    return { rotation: slot.rotation, inFlight: slot.rotation === "draining" ? 1 : 0, cut: 0 };
  }

  function tickOf(slot: Slot): InstanceTick | null {
    if (!slot.unit) return null;
    const inRotation = slot.rotation === "in";
    const requests = inRotation ? requestsPerTick : 0;
    const failed = behaviours[slot.unit.releaseId] === "fails-half" ? Math.floor(requests / 2) : 0;
    const bySlot = Array.from({ length: 10 }, (_, index) => [share(requests, index), share(failed, index)] as const);
    const readyForMs = isReady(slot) ? clock.now() - slot.unit.startedAt : null;
    return {
      unitKey: slot.unit.key,
      releaseId: slot.unit.releaseId,
      slots: bySlot,
      bins: [[300, requests]],
      inFlight: 0,
      cut: 0,
      readyForMs,
      inRotation,
    };
  }

  function readTicks(fleet: Fleet, after: number): FleetTick[] {
    const newest = Math.floor(clock.now() / 1_000);
    for (let number = Math.max(ticks.at(-1)?.number ?? newest - 1, newest - ticksKept) + 1; number <= newest; number += 1) {
      const counted = fleet.instances.flatMap(({ id }) => {
        const tick = tickOf(settle(slotOf(id)));
        return tick ? [[id, tick] as const] : [];
      });
      ticks.push({ number, at: number * 1_000, instances: Object.fromEntries(counted) });
    }
    ticks.splice(0, Math.max(0, ticks.length - ticksKept));
    return ticks.filter((tick) => tick.number > after);
  }

  function createPorts(line: { readonly dead: boolean }): Ports {
    const look = async <Seen>(see: () => Seen): Promise<Seen> => {
      if (line.dead) return never();
      if (world.driverDown !== null) throw new Failure("unavailable", world.driverDown);
      return see();
    };
    const byInstance = <Seen>(fleet: Fleet, see: (instanceId: string) => Seen) => Object.fromEntries(fleet.instances.map(({ id }) => [id, see(id)]));
    return {
      drivers: {
        process: {
          fencing: "stored",
          canSurge: false,
          ensureFleet: (_fleet, fence) => look(() => requireFence(fence, "ensureFleet")),
          observe: (fleet) => look(() => byInstance(fleet, observeUnit)),
          replace: (_fleet, instanceId, release, key, fence) =>
            carryOut(line, () => {
              requireFence(fence, "replace");
              replace(instanceId, release.releaseId, key);
            }),
          removeFleet: (_fleetId, fence) => look(() => requireFence(fence, "removeFleet")),
          readLogs: async () => [],
        },
      },
      balancers: {
        embedded: {
          observe: (fleet) => look(() => byInstance(fleet, observeRotation)),
          drain: (_fleet, instanceId, _key, _timeoutMs, fence) =>
            carryOut(line, () => {
              requireFence(fence, "drain");
              drain(instanceId);
            }),
          restore: (_fleet, instanceId, _key, fence) =>
            carryOut(line, () => {
              requireFence(fence, "restore");
              restore(instanceId);
            }),
        },
      },
      metrics: {
        embedded: {
          readTicks: async (fleet, after) => {
            if (line.dead) return never();
            if (world.sourceDown) throw new Failure("unavailable", "The metrics source is down.");
            return readTicks(fleet, after);
          },
        },
      },
    };
  }

  return world;
}

/** What a killed process gets for an answer. */
function never(): Promise<never> {
  return new Promise(() => {});
}

function share(total: number, index: number): number {
  return Math.floor(((index + 1) * total) / 10) - Math.floor((index * total) / 10);
}
