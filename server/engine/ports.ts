import type { Fleet } from "#domain/fleet.ts";
import type { Balancer } from "#server/balancers/balancer.ts";
import type { Driver } from "#server/drivers/driver.ts";
import type { MetricsSource } from "#server/metrics/source.ts";

/** The parts of the world that the engine may ask, by the types a fleet names. */
export interface Ports {
  readonly drivers: Readonly<Record<Fleet["driver"]["type"], Driver>>;
  readonly balancers: Readonly<Record<Fleet["balancer"]["type"], Balancer>>;
  readonly metrics: Readonly<Record<Fleet["balancer"]["type"], MetricsSource>>;
}

export interface FleetPorts {
  readonly driver: Driver;
  readonly balancer: Balancer;
  readonly source: MetricsSource;
}

export function portsOf(ports: Ports, fleet: Fleet): FleetPorts {
  return { driver: ports.drivers[fleet.driver.type], balancer: ports.balancers[fleet.balancer.type], source: ports.metrics[fleet.balancer.type] };
}
