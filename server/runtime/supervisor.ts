import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { RuntimePlace } from "#server/io/runtime-place.ts";
import type { Logger } from "#server/log.ts";
import { FleetHost } from "./fleet-host.ts";
import type { HeldSecrets } from "./held-secrets.ts";
import type { SecondClock } from "./pool.ts";
import type { FleetStatus } from "./protocol.ts";
import type { Stage } from "./stage.ts";
import { type FleetRecord, loadFleets } from "./state.ts";
import { type Traffic, trafficTotalMax } from "./traffic.ts";
import { UsageSampler } from "./usage.ts";

const fleetsMax = 200;
const secondMs = 1_000;
const logPollMs = 250;

export interface SupervisorOptions {
  readonly place: RuntimePlace;
  readonly stage: Stage;
  readonly secrets: HeldSecrets;
  readonly traffic: Traffic;
  readonly log: Logger;
}

/** All fleets of this machine, the second's beat for their counts, and the trial traffic. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #hosts = new Map<string, FleetHost>();
  readonly #second: SecondClock = { startedAt: performance.now() };
  readonly #usage: UsageSampler;
  #number = 0;
  #timers: NodeJS.Timeout[] = [];

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#usage = new UsageSampler(options.log);
  }

  /** Brings back what the last runtime left. Must end before the first request is taken. */
  async resume(): Promise<void> {
    const { place, stage, log } = this.#options;
    for (const record of await loadFleets(place.state, log)) this.#hosts.set(record.fleetId, this.#createHost(record));
    await Promise.all([...this.#hosts.values()].map((host) => host.resume()));
    await stage.prune(new Set([...this.#hosts.values()].flatMap((host) => host.digests)));
    this.#beat();
    this.#timers.push(setInterval(() => this.#each((host) => host.pollLogs()), logPollMs));
    this.#applyTraffic();
  }

  /** A known fleet, after the caller's token was accepted where one is given. */
  async fleet(fleetId: string, fence?: number): Promise<FleetHost> {
    const host = this.#hosts.get(fleetId);
    if (!host) throw new Failure("not-found", `The runtime on this machine does not know fleet ${fleetId}. Make it known first.`);
    if (fence !== undefined) await host.passFence(fence);
    if (host.removed) throw new Failure("not-found", "This fleet was removed from this machine.");
    return host;
  }

  async ensure(fleet: Fleet, fence: number): Promise<void> {
    let host = this.#hosts.get(fleet.fleetId);
    if (!host) {
      if (this.#count() >= fleetsMax) throw new Failure("limit", `This machine runs ${fleetsMax} fleets already. Remove one first.`);
      host = this.#createHost({ fleetId: fleet.fleetId, fleet: null, fence, port: 0, requestsPerSecond: 0, slots: {}, guests: [], savedAt: 0 });
      this.#hosts.set(fleet.fleetId, host);
    }
    await host.passFence(fence);
    await host.ensure(fleet);
    this.#applyTraffic();
  }

  async remove(fleetId: string, fence: number): Promise<void> {
    const host = this.#hosts.get(fleetId);
    if (!host) return;
    await host.passFence(fence);
    this.#options.traffic.set({ fleets: this.#orders().filter((order) => order.fleetId !== fleetId) });
    await host.remove();
  }

  /** Throws Failure("limit") when all fleets together would get too much. */
  async setTraffic(fleetId: string, requestsPerSecond: number, fence: number | undefined): Promise<void> {
    const host = await this.fleet(fleetId, fence);
    const others = this.#orders().filter((order) => order.fleetId !== fleetId);
    const total = others.reduce((sum, order) => sum + order.requestsPerSecond, requestsPerSecond);
    if (total > trafficTotalMax) {
      throw new Failure(
        "limit",
        `All fleets together get at most ${trafficTotalMax} requests/s of trial traffic; this would make ${total}. Lower another fleet's first.`,
      );
    }
    await host.setTraffic(requestsPerSecond);
    this.#applyTraffic();
  }

  status(): FleetStatus[] {
    return this.#alive().map((host) => host.status());
  }

  /** Ends every instance. */
  async stop(): Promise<void> {
    this.#endTimers();
    this.#options.traffic.close();
    await Promise.all(this.#alive().map((host) => host.stop()));
  }

  /** Ends our own part only: instances run on. */
  async leave(graceMs: number): Promise<void> {
    this.#endTimers();
    this.#options.traffic.close();
    await Promise.all(this.#alive().map((host) => host.leave(graceMs)));
  }

  /** Numbers follow the clock, so they go on rising over a restart and a lost second is a gap. */
  #beat(): void {
    const startedAt = Date.now();
    const origin = performance.now();
    const first = Math.floor(startedAt / secondMs);
    const next = () => {
      const elapsed = Math.floor((performance.now() - origin) / secondMs);
      if (first + elapsed > this.#number && elapsed > 0) {
        this.#number = first + elapsed;
        this.#second.startedAt = performance.now();
        this.#each((host) => host.tick(this.#number, Date.now(), this.#usage.of));
        this.#usage.sample(this.#alive().flatMap((host) => host.pids));
      }
      this.#timers[0] = setTimeout(next, Math.max(1, origin + (elapsed + 1) * secondMs - performance.now()));
    };
    this.#second.startedAt = origin;
    this.#timers.unshift(setTimeout(next, secondMs));
  }

  #applyTraffic(): void {
    this.#options.traffic.set({ fleets: this.#orders() });
  }

  #orders(): { fleetId: string; port: number; requestsPerSecond: number }[] {
    return this.#alive()
      .filter((host) => host.requestsPerSecond > 0)
      .map(({ fleetId, port, requestsPerSecond }) => ({ fleetId, port, requestsPerSecond }));
  }

  #createHost(record: FleetRecord): FleetHost {
    const { place, stage, secrets, log } = this.#options;
    return new FleetHost({ record, stateDirectory: place.state, logDirectory: place.logs, stage, secrets, second: this.#second, log });
  }

  #each(act: (host: FleetHost) => void): void {
    for (const host of this.#alive()) {
      try {
        act(host);
      } catch (error) {
        this.#options.log.error({ err: error, fleetId: host.fleetId }, "A fleet's regular work failed.");
      }
    }
  }

  #alive(): FleetHost[] {
    return [...this.#hosts.values()].filter((host) => !host.removed);
  }

  #count(): number {
    return this.#alive().length;
  }

  #endTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
