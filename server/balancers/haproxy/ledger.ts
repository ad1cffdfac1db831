import type { Fleet } from "#domain/fleet.ts";
import type { Units } from "#server/balancers/balancer.ts";
import { serverName } from "./commands.ts";

/** What a server of ours is, as the driver told it last. */
export interface KnownServer {
  readonly instanceId: string;
  readonly isNext: boolean;
  readonly unitKey: string;
  readonly releaseId: string;
  readonly ready: boolean;
  /** Milliseconds since 1970; null while it never was. */
  readonly firstReadyAt: number | null;
}

interface FleetLedger {
  servers: ReadonlyMap<string, KnownServer>;
  readonly drains: Map<string, number>;
  readonly cuts: Map<string, number>;
  readonly untoldCuts: Map<string, number>;
}

/** What HAProxy does not know of our servers, by fleet and server. In memory only: nothing here is needed to act rightly. */
export interface Ledger {
  know(fleet: Fleet, units: Units, now: number): void;
  servers(fleetId: string): ReadonlyMap<string, KnownServer>;
  /** A drain began; it ends at that time (milliseconds since 1970). */
  drain(fleetId: string, name: string, until: number): void;
  drainUntil(fleetId: string, name: string): number | null;
  /** So many requests are cut with it. */
  cut(fleetId: string, name: string, requests: number): void;
  /** By the last drain. */
  cutOf(fleetId: string, name: string): number;
  /** Cut requests that the counts have not been told of. */
  takeCut(fleetId: string, name: string): number;
  forget(fleetId: string): void;
}

export function createLedger(): Ledger {
  const fleets = new Map<string, FleetLedger>();
  const of = (fleetId: string): FleetLedger => {
    const known = fleets.get(fleetId) ?? { servers: new Map(), drains: new Map(), cuts: new Map(), untoldCuts: new Map() };
    fleets.set(fleetId, known);
    return known;
  };
  return {
    know: (fleet, units, now) => {
      const ledger = of(fleet.fleetId);
      const before = ledger.servers;
      ledger.servers = new Map(serversOf(fleet.fleetId, units, now).map(([name, server]) => [name, keepFirst(before.get(name), server)]));
      for (const map of [ledger.drains, ledger.cuts, ledger.untoldCuts])
        for (const name of map.keys()) if (!ledger.servers.has(name) && !before.has(name)) map.delete(name);
    },
    servers: (fleetId) => of(fleetId).servers,
    drain: (fleetId, name, until) => {
      of(fleetId).drains.set(name, until);
      of(fleetId).cuts.delete(name);
    },
    drainUntil: (fleetId, name) => of(fleetId).drains.get(name) ?? null,
    cut: (fleetId, name, requests) => {
      of(fleetId).cuts.set(name, requests);
      of(fleetId).untoldCuts.set(name, requests);
    },
    cutOf: (fleetId, name) => of(fleetId).cuts.get(name) ?? 0,
    takeCut: (fleetId, name) => {
      const { untoldCuts } = of(fleetId);
      const requests = untoldCuts.get(name) ?? 0;
      untoldCuts.delete(name);
      return requests;
    },
    forget: (fleetId) => void fleets.delete(fleetId),
  };
}

function serversOf(fleetId: string, units: Units, now: number): [string, KnownServer][] {
  return Object.entries(units).flatMap(([instanceId, seen]) =>
    [seen, seen.next].flatMap((answer, index): [string, KnownServer][] => {
      if (!answer?.unit) return [];
      const { key, releaseId } = answer.unit;
      const firstReadyAt = answer.readyForMs === null ? null : now - answer.readyForMs;
      return [
        [
          serverName(fleetId, instanceId, answer.unit),
          { instanceId, isNext: index === 1, unitKey: key, releaseId, ready: answer.ready, firstReadyAt },
        ],
      ];
    }),
  );
}

/** A unit that was not ready for a while is not warming up again. */
function keepFirst(before: KnownServer | undefined, server: KnownServer): KnownServer {
  return before?.firstReadyAt == null ? server : { ...server, firstReadyAt: before.firstReadyAt };
}
