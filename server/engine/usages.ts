import type { Fleet } from "#domain/fleet.ts";
import type { FleetTick, InstanceTick, Usage } from "#domain/metric.ts";
import type { Driver } from "#server/drivers/driver.ts";
import type { Logger } from "#server/log.ts";

/** An engine of containers looks at each of them for an answer: not every second. */
const everyMs = 2_000;
const readDeadlineMs = 10_000;
/** An older look says nothing about now. */
const freshMsMax = 10_000;

/** What units take, where the driver knows it and the source of the ticks does not. */
export interface Usages {
  /** Begins a look when one is due, and does not wait for it. Never throws. */
  sample(fleet: Fleet): void;
  /** The tick with what the newest look says of its units. Restarts are told once. */
  addTo(tick: FleetTick): FleetTick;
}

export function createUsages(driver: Pick<Driver, "readUsage">, log: Logger): Usages {
  let seen = new Map<string, Usage>();
  let seenAt = Number.NEGATIVE_INFINITY;
  let begunAt = Number.NEGATIVE_INFINITY;
  let isLooking = false;

  async function look(fleet: Fleet): Promise<void> {
    try {
      const read = await driver.readUsage?.(fleet, AbortSignal.timeout(readDeadlineMs));
      seen = new Map(Object.entries(read ?? {}));
      seenAt = performance.now();
    } catch (error) {
      log.debug({ err: error }, "What the units use cannot be seen; it is left out.");
    } finally {
      isLooking = false;
    }
  }

  function withUsage(tick: InstanceTick): InstanceTick {
    const usage = seen.get(tick.unitKey);
    if (tick.usage || !usage) return tick;
    seen.set(tick.unitKey, { ...usage, restarts: 0 });
    return { ...tick, usage };
  }

  return {
    sample: (fleet) => {
      const now = performance.now();
      if (!driver.readUsage || isLooking || now - begunAt < everyMs) return;
      isLooking = true;
      begunAt = now;
      void look(fleet);
    },
    addTo: (tick) => {
      if (seen.size === 0 || performance.now() - seenAt > freshMsMax) return tick;
      return { ...tick, instances: Object.fromEntries(Object.entries(tick.instances).map(([name, each]) => [name, withUsage(each)])) };
    },
  };
}
