import type { Fleet } from "#domain/fleet.ts";
import { type Balancer, requireReady, type SeenUnit, type Units } from "#server/balancers/balancer.ts";
import type { RuntimeClient } from "#server/io/runtime-client.ts";
import type { Guest, GuestUnits } from "#server/runtime/protocol.ts";

/**
 * The proxy inside the local runtime. Of units that the runtime runs itself it knows everything; of others it is told where
 * they are, and asks them by itself whether they are ready.
 */
export function createEmbeddedBalancer(client: RuntimeClient): Balancer {
  return {
    fencing: "stored",
    ensureFleet: async (fleet, fence, signal) => {
      if (!runsUnits(fleet)) await client.call("fleet.ensure", { fleet, fence: fence.token }, signal);
    },
    observe: (fleet, { units }, signal) =>
      client.call("rotation.observe", { fleetId: fleet.fleetId, units: runsUnits(fleet) || units === null ? undefined : toGuests(units) }, signal),
    drain: async (fleet, { instanceId, target, key, seen }, timeoutMs, fence, signal) => {
      const guest = runsUnits(fleet) ? undefined : toGuest(seen);
      // What has no address never took a request.
      if (!runsUnits(fleet) && guest === undefined) return;
      await client.call("rotation.drain", { fleetId: fleet.fleetId, instanceId, target, key, guest, timeoutMs, fence: fence.token }, signal);
    },
    restore: async (fleet, place, fence, signal) => {
      const { instanceId, target, key } = place;
      const guest = runsUnits(fleet) ? undefined : requireReady(place);
      await client.call("rotation.restore", { fleetId: fleet.fleetId, instanceId, target, key, guest, fence: fence.token }, signal);
    },
    removeFleet: async ({ fleetId, ...fleet }, fence, signal) => {
      if (!runsUnits(fleet)) await client.call("fleet.remove", { fleetId, fence: fence.token }, signal);
    },
  };
}

/** Its driver is the runtime too, and makes the fleet known. */
function runsUnits({ driver }: Pick<Fleet, "driver">): boolean {
  return driver.type === "process";
}

function toGuests(units: Units): GuestUnits {
  return Object.fromEntries(
    Object.entries(units).map(([instanceId, seen]) => [instanceId, { unit: toGuest(seen) ?? null, next: toGuest(seen.next) ?? null }]),
  );
}

function toGuest(seen: SeenUnit | null): Guest | undefined {
  if (!seen?.unit?.address) return undefined;
  const { key, releaseId, address } = seen.unit;
  return { key, releaseId, address };
}
