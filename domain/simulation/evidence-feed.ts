import type { Observation } from "../engine/observation.ts";
import { delayMsTolerated, expectedTickNumber } from "../evidence/expected.ts";
import { addToHistory, createHistory, type History } from "../evidence/history.ts";
import type { EvidenceInterval } from "../evidence/interval.ts";
import { createEvidenceKeeper, type EvidenceKeeper } from "../evidence/keeper.ts";
import { passiveFailures } from "../evidence/passive.ts";
import type { FleetTick } from "../metric.ts";
import type { StoredRollout } from "./book.ts";
import { readTicks } from "./traffic.ts";
import { touch, type World } from "./world.ts";

/** What the engine keeps of the fleet's counts while it runs. A crash loses it; the stored intervals bring it back. */
export interface EvidenceFeed {
  recent: FleetTick[];
  readonly history: History;
  /** Since when the source cannot be read. */
  blindSince: number | null;
  keeper: { readonly rolloutId: string; readonly keeper: EvidenceKeeper } | null;
  failing: ReadonlySet<string>;
}

/** A start asks for the errors of so many seconds. */
const rateOverTicks = 10;

export function createEvidenceFeed(): EvidenceFeed {
  return { recent: [], history: createHistory(), blindSince: null, keeper: null, failing: new Set() };
}

/** Reads the seconds that are over, and returns the intervals that they make for the active rollout. */
export function readEvidence(feed: EvidenceFeed, world: World, active: StoredRollout | null): EvidenceInterval[] {
  const fresh = readSource(feed, world);
  if (active === null) {
    feed.keeper = null;
    setFailing(feed, world, new Set());
    return [];
  }
  if (feed.keeper?.rolloutId !== active.rolloutId)
    feed.keeper = { rolloutId: active.rolloutId, keeper: createEvidenceKeeper(active.state, active.intervals) };
  if (fresh > 0) setFailing(feed, world, passiveFailures(feed.recent, active.state));
  return feed.keeper.keeper.take(active.state, feed.recent);
}

export function evidenceNow({ keeper, recent, blindSince }: EvidenceFeed, now: number): Observation["evidence"] {
  return keeper?.keeper.current({ at: now, lastIntervalExpected: expectedTickNumber({ last: recent.at(-1) ?? null, blindSince }, now) }) ?? {};
}

/** When a source that is away counts as blind. */
export function blindFrom(now: number): number {
  return now + delayMsTolerated + 1;
}

/** Share of the fleet's requests that failed of late; null when nothing is known. */
export function errorRateOf({ recent }: EvidenceFeed): number | null {
  let requests = 0;
  let failed = 0;
  for (const tick of recent.slice(-rateOverTicks))
    for (const { slots } of Object.values(tick.instances))
      for (const slot of slots) {
        requests += slot[0];
        failed += slot[1];
      }
  return requests === 0 ? null : failed / requests;
}

/** How many seconds are new. */
function readSource(feed: EvidenceFeed, world: World): number {
  if (world.faults.away.has("metrics")) {
    feed.blindSince ??= world.now;
    return 0;
  }
  feed.blindSince = null;
  if (!world.traffic) return 0;
  const fresh = readTicks(world.traffic, feed.recent.at(-1)?.number ?? 0);
  for (const tick of fresh) addToHistory(feed.history, tick);
  if (fresh.length > 0) feed.recent = [...feed.recent, ...fresh].slice(-world.traffic.ticksMax);
  return fresh.length;
}

function setFailing(feed: EvidenceFeed, world: World, failing: ReadonlySet<string>): void {
  if (failing.size === 0 && feed.failing.size === 0) return;
  for (const instanceId of new Set([...failing, ...feed.failing])) {
    const slot = world.slots.get(instanceId);
    if (!slot || slot.passiveFailed === failing.has(instanceId)) continue;
    slot.passiveFailed = failing.has(instanceId);
    touch(world, slot);
  }
  feed.failing = failing;
}
