import type { RuntimeClient } from "#server/io/runtime-client.ts";
import type { MetricsSource } from "#server/metrics/source.ts";

/** The counts of the local runtime's proxy: every request, slot by slot. */
export function createEmbeddedSource(client: RuntimeClient): MetricsSource {
  return {
    readTicks: (fleet, after, signal) => client.call("ticks.read", { fleetId: fleet.fleetId, after }, signal),
  };
}
