import type { Driver } from "#server/drivers/driver.ts";
import type { RuntimeClient } from "#server/io/runtime-client.ts";

/** Runs units as processes of this machine, in the local runtime, which remembers the highest fencing token. */
export function createProcessDriver(client: RuntimeClient): Driver {
  return {
    fencing: "stored",
    canSurge: true,
    ensureFleet: async (fleet, fence, signal) => {
      await client.call("fleet.ensure", { fleet, fence: fence.token }, signal);
    },
    resolveRelease: async (fleet, release, signal) => {
      await client.call("release.resolve", { fleetId: fleet.fleetId, release }, signal);
    },
    observe: (fleet, signal) => client.call("units.observe", { fleetId: fleet.fleetId }, signal),
    replace: async (fleet, instanceId, release, key, fence, signal) => {
      await client.call("unit.replace", { fleetId: fleet.fleetId, instanceId, release, key, fence: fence.token }, signal);
    },
    start: async (fleet, instanceId, release, key, fence, signal) => {
      await client.call("unit.start", { fleetId: fleet.fleetId, instanceId, release, key, fence: fence.token }, signal);
    },
    retire: async (fleet, instanceId, key, fence, signal) => {
      await client.call("unit.retire", { fleetId: fleet.fleetId, instanceId, key, fence: fence.token }, signal);
    },
    discard: async (fleet, instanceId, key, fence, signal) => {
      await client.call("unit.discard", { fleetId: fleet.fleetId, instanceId, key, fence: fence.token }, signal);
    },
    remove: async (fleet, instanceId, fence, signal) => {
      await client.call("instance.remove", { fleetId: fleet.fleetId, instanceId, fence: fence.token }, signal);
    },
    removeFleet: async ({ fleetId }, fence, signal) => {
      await client.call("fleet.remove", { fleetId, fence: fence.token }, signal);
    },
    readLogs: ({ fleetId }, instanceId, { after, limit }, signal) => client.call("logs.read", { fleetId, instanceId, after, limit }, signal),
  };
}
