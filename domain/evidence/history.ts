import { type FleetTick, instanceOf } from "../metric.ts";
import type { InstanceHistory } from "./baseline.ts";
import type { SparseBins } from "./histogram.ts";

/** What each instance did over some time, kept in parts of which the oldest is dropped as a whole. */
export interface History {
  /** Oldest first. */
  readonly parts: HistoryPart[];
}

interface HistoryPart {
  readonly at: number;
  readonly hosts: Map<string, HostPart>;
}

interface HostPart {
  failedSlots: number;
  slots: number;
  readonly bins: Map<number, number>;
}

/** A part as it is stored: a host's failed slots, slots and bins, by instance id. */
export interface StoredPart {
  readonly at: number;
  readonly hosts: Readonly<Record<string, readonly [failedSlots: number, slots: number, bins: SparseBins]>>;
}

const partMs = 5 * 60_000;
/** An hour: long enough to tell hosts apart, short enough for what they are now. */
const partsMax = 12;

export const historyKeptMs = partsMax * partMs;

export function createHistory(): History {
  return { parts: [] };
}

/** Puts stored parts, oldest first, before those that were counted since. */
export function restoreHistory({ parts }: History, stored: readonly StoredPart[]): void {
  const first = parts[0]?.at ?? Number.POSITIVE_INFINITY;
  const older = stored.filter(({ at }) => at < first).map(({ at, hosts }) => ({ at, hosts: new Map(Object.entries(hosts).map(reviveHost)) }));
  parts.unshift(...older);
  parts.splice(0, Math.max(0, parts.length - partsMax));
}

function reviveHost([instanceId, [failedSlots, slots, bins]]: [string, StoredPart["hosts"][string]]): [string, HostPart] {
  return [instanceId, { failedSlots, slots, bins: new Map(bins) }];
}

/** Parts that are over and began after that time: nothing more will be counted in them. */
export function endedParts({ parts }: History, after: number): StoredPart[] {
  return parts
    .slice(0, -1)
    .filter(({ at }) => at > after)
    .map(({ at, hosts }) => ({
      at,
      hosts: Object.fromEntries(
        [...hosts].map(([instanceId, { failedSlots, slots, bins }]) => [instanceId, [failedSlots, slots, [...bins]] as const]),
      ),
    }));
}

/** Counts one second, in place: it is done for every instance every second. */
export function addToHistory({ parts }: History, tick: FleetTick): void {
  const at = Math.floor(tick.at / partMs) * partMs;
  let part = parts.at(-1);
  if (part?.at !== at) {
    part = { at, hosts: new Map() };
    parts.push(part);
    if (parts.length > partsMax) parts.shift();
  }
  for (const [name, { slots, bins }] of Object.entries(tick.instances)) {
    const host = hostOf(part, instanceOf(name));
    for (const slot of slots) {
      if (slot[0] > 0 || slot[1] > 0) host.slots += 1;
      if (slot[1] > 0) host.failedSlots += 1;
    }
    for (const [bin, count] of bins) host.bins.set(bin, (host.bins.get(bin) ?? 0) + count);
  }
}

function hostOf({ hosts }: HistoryPart, instanceId: string): HostPart {
  const known = hosts.get(instanceId);
  if (known) return known;
  const host = { failedSlots: 0, slots: 0, bins: new Map<number, number>() };
  hosts.set(instanceId, host);
  return host;
}

/** The sums over all parts, by instance. */
export function instanceHistories({ parts }: History): InstanceHistory[] {
  const sums = new Map<string, HostPart>();
  for (const { hosts } of parts) {
    for (const [instanceId, { failedSlots, slots, bins }] of hosts) {
      const sum = sums.get(instanceId) ?? { failedSlots: 0, slots: 0, bins: new Map<number, number>() };
      sums.set(instanceId, sum);
      sum.failedSlots += failedSlots;
      sum.slots += slots;
      for (const [bin, count] of bins) sum.bins.set(bin, (sum.bins.get(bin) ?? 0) + count);
    }
  }
  return [...sums].map(([instanceId, { bins, ...rest }]) => ({ instanceId, ...rest, bins: [...bins] }));
}
