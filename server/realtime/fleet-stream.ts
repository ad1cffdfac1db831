import type { InstanceObservation, UnitView } from "#domain/engine/observation.ts";
import type { FleetLive, FleetNews } from "#domain/live.ts";
import { packInstances } from "#domain/pack-instances.ts";

/** Instances whose figures alone moved that one message tells of. */
export const figuresMax = 200;

/** One fleet for everyone who watches it: what they were told, and what they have to be told next. */
export interface FleetStream {
  /** The next message: the first one, and one after instances came or went, tells of the whole fleet. */
  next(live: FleetLive): FleetNews;
  /** All that was told so far, for one who comes now; null before the first message. */
  whole(): FleetNews | null;
}

export function createFleetStream(): FleetStream {
  let number = 0;
  let last: FleetLive | null = null;
  /** Written down once for all who come before the next message. */
  let packed: FleetNews | null = null;
  let told: InstanceObservation[] = [];
  /** Whose figures are told first: it moves on, so that everybody's turn comes. */
  let turn = 0;

  function next(live: FleetLive): FleetNews {
    number += 1;
    last = live;
    packed = null;
    if (!isSameFleet(told, live.instances)) {
      told = [...live.instances];
      return toNews(live, { whole: true, instances: told });
    }
    return toNews(live, { whole: false, instances: takeChanged(live.instances) });
  }

  function takeChanged(instances: readonly InstanceObservation[]): InstanceObservation[] {
    const changed: InstanceObservation[] = [];
    let figures = 0;
    const count = instances.length;
    const start = turn;
    for (let step = 0; step < count; step += 1) {
      const index = (start + step) % count;
      const now = instances[index] as InstanceObservation;
      const before = told[index] as InstanceObservation;
      if (now === before) continue;
      const isFigure = isNearlySame(before, now);
      if (isFigure && figures === figuresMax) continue;
      if (isFigure) {
        figures += 1;
        turn = (index + 1) % count;
      }
      told[index] = now;
      changed.push(now);
    }
    return changed;
  }

  function toNews(live: FleetLive, { whole, instances }: { readonly whole: boolean; readonly instances: readonly InstanceObservation[] }): FleetNews {
    return { ...live, number, whole, instances: packInstances(instances) };
  }

  function whole(): FleetNews | null {
    packed ??= last && toNews(last, { whole: true, instances: told });
    return packed;
  }

  return { next, whole };
}

function isSameFleet(before: readonly InstanceObservation[], now: readonly InstanceObservation[]): boolean {
  return before.length === now.length && now.every(({ instanceId }, index) => before[index]?.instanceId === instanceId);
}

/** Only requests in flight, what a drain cut, or the words of a check's answer are other than before. */
function isNearlySame(before: InstanceObservation, now: InstanceObservation): boolean {
  return before.passiveFailed === now.passiveFailed && before.next === now.next && isSameUnit(before.unit, now.unit) && isSamePlace(before, now);
}

function isSamePlace(before: UnitView, now: UnitView): boolean {
  return before.ready === now.ready && before.readySince === now.readySince && before.rotation === now.rotation;
}

function isSameUnit(before: UnitView["unit"], now: UnitView["unit"]): boolean {
  return before === now || JSON.stringify(before) === JSON.stringify(now);
}
