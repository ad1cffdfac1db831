import { type FleetTick, instanceOf } from "../metric.ts";
import { type InstanceHistory, warmUpMs } from "./baseline.ts";
import type { SparseBins } from "./histogram.ts";
import { type Ages, addLengths, countLengths, createLengthCount, type LengthCount, newAges, type SlotLengths, toLengths } from "./run-lengths.ts";
import { failureBits } from "./runs.ts";

/**
 * What each instance did over some time, kept in parts of which the oldest is dropped as a whole. Each release that it ran
 * stands apart: what a bad release did here says nothing about the host.
 */
export interface History {
  /** Oldest first. */
  readonly parts: HistoryPart[];
  /** The second counted last, and how long each unit had failed by then. */
  last: { readonly number: number; readonly ages: ReadonlyMap<string, Aged> };
}

/** What is known of a fleet's traffic when a rollout begins. */
export interface FleetPast {
  /** Of the last hour. */
  readonly instances: readonly InstanceHistory[];
  /** Of the last hour, by release: how long its instances failed on end. */
  readonly lengths: Readonly<Record<string, SlotLengths>>;
  /** The last minutes second by second, oldest first. */
  readonly ticks: readonly FleetTick[];
}

export const noPast: FleetPast = { instances: [], lengths: {}, ticks: [] };

interface HistoryPart {
  readonly at: number;
  /** By instance and release, see `keyOf`. */
  readonly hosts: Map<string, HostPart>;
  /** By release. */
  readonly lengths: Map<string, SlotLengths>;
}

interface Aged {
  readonly unitKey: string;
  readonly ages: Ages;
}

interface HostPart {
  seconds: number;
  failedSlots: number;
  slots: number;
  readonly bins: Map<number, number>;
}

/** A part as it is stored, by instance and release. */
export interface StoredPart {
  readonly at: number;
  readonly hosts: Readonly<Record<string, readonly [failedSlots: number, slots: number, bins: SparseBins, seconds: number]>>;
  readonly lengths: Readonly<Record<string, SlotLengths>>;
}

const partMs = 5 * 60_000;
/** An hour: long enough to tell hosts apart, short enough for what they are now. */
const partsMax = 12;

export const historyKeptMs = partsMax * partMs;

export function createHistory(): History {
  return { parts: [], last: { number: 0, ages: new Map() } };
}

/** Puts stored parts, oldest first, before those that were counted since. */
export function restoreHistory({ parts }: History, stored: readonly StoredPart[]): void {
  const first = parts[0]?.at ?? Number.POSITIVE_INFINITY;
  const older = stored.filter(({ at }) => at < first).map(revivePart);
  parts.unshift(...older);
  parts.splice(0, Math.max(0, parts.length - partsMax));
}

function revivePart({ at, hosts, lengths }: StoredPart): HistoryPart {
  return { at, hosts: new Map(Object.entries(hosts).map(reviveHost)), lengths: new Map(Object.entries(lengths)) };
}

function reviveHost([key, [failedSlots, slots, bins, seconds]]: [string, StoredPart["hosts"][string]]): [string, HostPart] {
  return [key, { seconds, failedSlots, slots, bins: new Map(bins) }];
}

/** Parts that are over and began after that time: nothing more will be counted in them. */
export function endedParts({ parts }: History, after: number): StoredPart[] {
  return parts
    .slice(0, -1)
    .filter(({ at }) => at > after)
    .map(({ at, hosts, lengths }) => ({
      at,
      hosts: Object.fromEntries(
        [...hosts].map(([key, { failedSlots, slots, bins, seconds }]) => [key, [failedSlots, slots, [...bins], seconds] as const]),
      ),
      lengths: Object.fromEntries(lengths),
    }));
}

/** Counts one second, in place: it is done for every instance every second. */
export function addToHistory(history: History, tick: FleetTick): void {
  const { parts, last } = history;
  const at = Math.floor(tick.at / partMs) * partMs;
  let part = parts.at(-1);
  if (part?.at !== at) {
    part = { at, hosts: new Map(), lengths: new Map() };
    parts.push(part);
    if (parts.length > partsMax) parts.shift();
  }
  const known = last.number === tick.number - 1 ? last.ages : new Map<string, Aged>();
  const ages = new Map<string, Aged>();
  const counts = new Map<string, LengthCount>();
  for (const [name, unit] of Object.entries(tick.instances)) {
    const { unitKey, releaseId, slots, bins, readyForMs } = unit;
    if (readyForMs === null || readyForMs < warmUpMs) continue;
    const aged = known.get(name);
    const own = aged?.unitKey === unitKey ? aged : { unitKey, ages: newAges() };
    ages.set(name, own);
    const bits = failureBits(slots);
    countLengths(lengthCountOf(counts, releaseId), own.ages, bits);
    const host = hostOf(part, keyOf(instanceOf(name), releaseId));
    host.seconds += 1;
    host.slots += countBits(bits.used);
    host.failedSlots += countBits(bits.events);
    for (const [bin, count] of bins) host.bins.set(bin, (host.bins.get(bin) ?? 0) + count);
  }
  for (const [releaseId, count] of counts) {
    const lengths = toLengths(count);
    if (lengths) part.lengths.set(releaseId, addLengths(part.lengths.get(releaseId) ?? [], lengths));
  }
  history.last = { number: tick.number, ages };
}

function countBits(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count += 1;
  return count;
}

function lengthCountOf(counts: Map<string, LengthCount>, releaseId: string): LengthCount {
  const known = counts.get(releaseId) ?? createLengthCount();
  counts.set(releaseId, known);
  return known;
}

/** Neither of them has a space in it. */
function keyOf(instanceId: string, releaseId: string): string {
  return `${instanceId} ${releaseId}`;
}

function hostOf({ hosts }: Pick<HistoryPart, "hosts">, key: string): HostPart {
  const known = hosts.get(key);
  if (known) return known;
  const host = { seconds: 0, failedSlots: 0, slots: 0, bins: new Map<number, number>() };
  hosts.set(key, host);
  return host;
}

/** The sums over all parts, by instance and release. */
export function instanceHistories({ parts }: History): InstanceHistory[] {
  const sum: Pick<HistoryPart, "hosts"> = { hosts: new Map() };
  for (const { hosts } of parts) {
    for (const [key, { seconds, failedSlots, slots, bins }] of hosts) {
      const host = hostOf(sum, key);
      host.seconds += seconds;
      host.failedSlots += failedSlots;
      host.slots += slots;
      for (const [bin, count] of bins) host.bins.set(bin, (host.bins.get(bin) ?? 0) + count);
    }
  }
  return [...sum.hosts].map(([key, { bins, ...rest }]) => {
    const space = key.indexOf(" ");
    return { instanceId: key.slice(0, space), releaseId: key.slice(space + 1), ...rest, bins: [...bins] };
  });
}

/** The sums over all parts, by release. */
export function releaseLengths({ parts }: History): FleetPast["lengths"] {
  const sum: Record<string, SlotLengths> = {};
  for (const { lengths } of parts) for (const [releaseId, each] of lengths) sum[releaseId] = addLengths(sum[releaseId] ?? [], each);
  return sum;
}
