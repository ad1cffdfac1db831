import type { Database } from "#db/client.ts";
import type { FleetRow } from "#db/queries/fleets.ts";
import type { Observation } from "#domain/engine/observation.ts";
import type { Logger } from "#server/log.ts";
import { isThere } from "./book.ts";
import type { Clock } from "./clock.ts";
import { withDeadline } from "./deadline.ts";
import { endOf, type HeldLease } from "./lease.ts";
import { messageOf, type ObservedPart, observeFleet } from "./observe.ts";
import type { FleetPorts } from "./ports.ts";

const ensureDeadlineMs = 10_000;
const ensureAgainMs = 2_000;

export interface LookerInput {
  readonly db: Database;
  readonly ports: Pick<FleetPorts, "driver" | "balancer">;
  readonly lease: HeldLease;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Looker {
  /** What is seen of the fleet now. Never throws: what cannot be reached is part of the answer. */
  look(row: FleetRow): Promise<Observation>;
  /** The fleet was found removed: nothing may bring back what its removal takes away. */
  isGone(): boolean;
}

/** Sees a fleet, and makes it known where that is needed: at the start, after each change of it, and after the driver or the balancer was away, for it may have forgotten. */
export function createLooker({ db, ports, lease, clock, log }: LookerInput): Looker {
  let previous: Observation | null = null;
  /** The fleet's last event when the driver took it; null while it has not. */
  let ensuredSeq: number | null = null;
  let ensureAfter = 0;
  let ensureMessage = "";
  let gone = false;
  /** Parts of which a mistake was logged; logged again only after they have answered. */
  const mistaken = new Set<ObservedPart>();

  async function ensure({ fleet, seq }: FleetRow): Promise<void> {
    ensureAfter = clock.now() + ensureAgainMs;
    try {
      // A removal in progress is waited for.
      gone = !(await isThere(db, fleet.fleetId));
      if (gone) return;
      const { driver, balancer } = ports;
      await withDeadline(ensureDeadlineMs, "The driver", (signal) => driver.ensureFleet(fleet, lease, signal), endOf(driver, lease));
      await withDeadline(ensureDeadlineMs, "The load balancer", (signal) => balancer.ensureFleet(fleet, lease, signal), endOf(balancer, lease));
      ensuredSeq = seq;
    } catch (error) {
      ensureMessage = messageOf(error, "This fleet cannot be made known to its driver and its load balancer.");
      log.warn({ err: error }, "The driver or the load balancer did not take the fleet.");
    }
  }

  function noteMistake(part: ObservedPart, error: unknown): void {
    if (!mistaken.has(part))
      log.error({ err: error, part }, "A part of the fleet's world failed in a way that it should not; it counts as unreachable.");
    mistaken.add(part);
  }

  return {
    look: async (row) => {
      if (ensuredSeq !== row.seq && clock.now() >= ensureAfter && lease.isValid()) await ensure(row);
      const seen = await observeFleet(ports, row.fleet, { clock, lease: lease.isValid() ? lease : null, previous, onMistake: noteMistake });
      for (const part of mistaken) if (!seen[part]) mistaken.delete(part);
      if (seen.driver || seen.balancer) ensuredSeq = null;
      previous = ensuredSeq !== null || seen.driver ? seen : { ...seen, driver: { message: ensureMessage } };
      return previous;
    },
    isGone: () => gone,
  };
}
