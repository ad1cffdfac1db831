import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import { type FleetTick, type InstanceTick, nextNameOf } from "#domain/metric.ts";
import type { HaproxySettings } from "#domain/settings/haproxy.ts";
import type { Server } from "./answers.ts";
import { settingsOf } from "./balancer.ts";
import type { KnownServer, Ledger } from "./ledger.ts";
import { readServers, type Say } from "./socket.ts";

/** Every slot of a tick is read by itself: requests that ended within 100 ms are told apart from the next. */
const slotMs = 100;
const slotsPerTick = 10;
const tickMs = slotMs * slotsPerTick;
const ticksKept = 120;
/** Nobody has asked for this long: another server has the fleet, or it is gone. */
const idleMsMax = 10_000;
/** Without an answer for this long there is nothing to hand out, and it is said why. */
const silentMsMax = 2_000;

interface Counted {
  readonly slots: [requests: number, failed: number][];
  readonly server: KnownServer;
  cut: number;
  inFlight: number;
  inRotation: boolean;
}

/**
 * HAProxy's own counts, per server, read ten times a second while somebody asks. Latency is left out: HAProxy gives the mean
 * of its last 1024 requests, from which no share of slow ones follows.
 */
export function createHaproxySource(
  say: Say,
  ledger: Ledger,
): {
  readTicks(fleet: Fleet, after: number, signal: AbortSignal): Promise<readonly FleetTick[]>;
} {
  const samplers = new Map<string, ReturnType<typeof startSampler>>();
  return {
    readTicks: async (fleet, after) => {
      const settings = settingsOf(fleet);
      const key = `${fleet.fleetId} ${JSON.stringify(settings)}`;
      const sampler = samplers.get(key) ?? startSampler({ fleetId: fleet.fleetId, settings, say, ledger, onEnd: () => samplers.delete(key) });
      samplers.set(key, sampler);
      return sampler.ticks(after);
    },
  };
}

interface SamplerInput {
  readonly fleetId: string;
  readonly settings: HaproxySettings;
  readonly say: Say;
  readonly ledger: Ledger;
  readonly onEnd: () => void;
}

function startSampler({ fleetId, settings, say, ledger, onEnd }: SamplerInput) {
  let askedAt = Date.now();
  let answeredAt = Date.now();
  let problem: unknown = null;
  let before: ReadonlyMap<string, Server> | null = null;
  let open: { readonly number: number; readonly units: Map<string, Counted> } | null = null;
  let ticks: FleetTick[] = [];

  async function sample(): Promise<void> {
    try {
      const servers = await readServers(say, settings, AbortSignal.timeout(tickMs));
      answeredAt = Date.now();
      problem = null;
      add(servers, answeredAt);
      before = servers;
    } catch (error) {
      problem = error;
    }
    if (Date.now() - askedAt > idleMsMax) return onEnd();
    setTimeout(() => void sample(), slotMs - (Date.now() % slotMs)).unref();
  }

  /** What ended since the last reading, in the slot in whose middle most of it did. */
  function add(servers: ReadonlyMap<string, Server>, now: number): void {
    const middle = now - slotMs / 2;
    const number = Math.floor(middle / tickMs);
    if (open?.number !== number) close(number);
    const slot = Math.floor((middle % tickMs) / slotMs);
    for (const [name, known] of ledger.servers(fleetId)) {
      const server = servers.get(name);
      const counted = countedOf(name, known);
      counted.inFlight = server?.inFlight ?? 0;
      counted.inRotation = server?.state === "in";
      if (!server || before === null) continue;
      const { requests, failed } = sinceLast(before.get(name), server);
      // Those that a drain cut are no answers of the instance, and are counted apart.
      const cut = Math.min(ledger.takeCut(fleetId, name), failed);
      counted.cut += cut;
      const sum = counted.slots[slot];
      if (!sum) continue;
      sum[0] += requests - cut;
      sum[1] += failed - cut;
    }
  }

  function countedOf(name: string, server: KnownServer): Counted {
    const units = open?.units ?? new Map<string, Counted>();
    const known = units.get(name);
    const slots = known?.slots ?? Array.from({ length: slotsPerTick }, (): [number, number] => [0, 0]);
    const counted = { slots, server, cut: known?.cut ?? 0, inFlight: 0, inRotation: false };
    units.set(name, counted);
    return counted;
  }

  function close(number: number): void {
    if (open && open.units.size > 0) {
      const at = (open.number + 1) * tickMs;
      const there = ledger.servers(fleetId);
      // Those that are gone come last: where another one has their name by now, they are told beside it.
      const units = [...open.units].sort(([a], [b]) => Number(there.has(b)) - Number(there.has(a))).map(([, unit]) => unit);
      ticks.push({ number: open.number, at, instances: toTicks(units, at) });
      ticks = ticks.slice(-ticksKept);
    }
    open = { number, units: new Map() };
  }

  void sample();
  return {
    ticks: (after: number): readonly FleetTick[] => {
      askedAt = Date.now();
      if (problem !== null && askedAt - answeredAt > silentMsMax)
        throw problem instanceof Failure ? problem : new Failure("unavailable", "HAProxy's counts cannot be read.");
      return ticks.filter((tick) => tick.number > after);
    },
  };
}

/** A server that was made anew, or whose HAProxy was started again, counts from nothing. */
function sinceLast(before: Server | undefined, server: Server): { requests: number; failed: number } {
  const isAnew = before === undefined || server.requests < before.requests || server.failed < before.failed;
  if (isAnew) return { requests: server.requests, failed: server.failed };
  return { requests: server.requests - before.requests, failed: server.failed - before.failed };
}

function toTicks(units: readonly Counted[], at: number): Record<string, InstanceTick> {
  const ticks: Record<string, InstanceTick> = {};
  for (const { slots, server, cut, inFlight, inRotation } of units) {
    const { instanceId, isNext, unitKey, releaseId, firstReadyAt } = server;
    const readyForMs = firstReadyAt === null ? null : Math.max(0, at - firstReadyAt);
    const names = [isNext ? nextNameOf(instanceId) : instanceId, nextNameOf(instanceId), instanceId];
    const name = names.find((each) => !(each in ticks));
    if (name !== undefined) ticks[name] = { unitKey, releaseId, slots, bins: [], inFlight, cut, readyForMs, inRotation };
  }
  return ticks;
}
