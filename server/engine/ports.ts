import type { Fleet } from "#domain/fleet.ts";
import type { Balancer } from "#server/balancers/balancer.ts";
import type { Driver } from "#server/drivers/driver.ts";
import type { HookRunner } from "#server/hooks/hook-runner.ts";
import type { CountsSource, MetricsSource } from "#server/metrics/source.ts";

/** The adapters, by the types a fleet names. */
export interface Adapters {
  readonly drivers: Readonly<Record<Fleet["driver"]["type"], Driver>>;
  readonly balancers: Readonly<Record<Fleet["balancer"]["type"], Balancer>>;
  readonly metrics: Readonly<Record<Fleet["balancer"]["type"], MetricsSource>>;
  readonly counts: Readonly<Record<Exclude<Fleet["metrics"]["source"], "embedded">, CountsSource>>;
}

/** The parts of the world that the engine may ask. */
export interface Ports extends Adapters {
  readonly hooks: HookRunner;
}

export interface FleetPorts {
  readonly driver: Driver;
  readonly balancer: Balancer;
  readonly source: MetricsSource;
  /** By what the fleet's settings name now: they may change while it is run. */
  readonly counts: Adapters["counts"];
}

export function portsOf({ drivers, balancers, metrics, counts }: Adapters, fleet: Fleet): FleetPorts {
  return { driver: drivers[fleet.driver.type], balancer: balancers[fleet.balancer.type], source: metrics[fleet.balancer.type], counts };
}
