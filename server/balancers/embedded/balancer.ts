import type { Balancer } from "#server/balancers/balancer.ts";
import type { RuntimeClient } from "#server/io/runtime-client.ts";

/** The proxy inside the local runtime. */
export function createEmbeddedBalancer(client: RuntimeClient): Balancer {
  return {
    observe: (fleet, signal) => client.call("rotation.observe", { fleetId: fleet.fleetId }, signal),
    drain: async (fleet, instanceId, target, key, timeoutMs, fence, signal) => {
      await client.call("rotation.drain", { fleetId: fleet.fleetId, instanceId, target, key, timeoutMs, fence: fence.token }, signal);
    },
    restore: async (fleet, instanceId, target, key, fence, signal) => {
      await client.call("rotation.restore", { fleetId: fleet.fleetId, instanceId, target, key, fence: fence.token }, signal);
    },
  };
}
