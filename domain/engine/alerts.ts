import { type AlertKind, alertKinds, brokenText, describeErrors, describeNotReady, type FleetAlert } from "../alert.ts";
import type { FleetFact, FleetState } from "../fleet.ts";
import type { Rollout } from "../rollout.ts";
import type { Observation } from "./observation.ts";

/**
 * So long it must have been so before anybody is told. An instance that comes up again by itself is nobody's business; where
 * few requests come, a single one that failed is a large part of its minute; a mistake of ours does not go away.
 */
const patienceMs = { broken: 0, unreachable: 60_000, "not-ready": 120_000, errors: 120_000 } as const satisfies Record<AlertKind, number>;
/** Well for less than this is not well: a unit that crashes again and again is up in between. What comes and goes is told once, and its end once. */
const calmMs = 45_000;

export interface AlertInput {
  readonly fleet: FleetState;
  readonly observation: Observation;
  /** While it acts, missing instances and failed requests are its own business. */
  readonly active: Rollout | null;
  /** A rule of ours broke on it. */
  readonly isBroken: boolean;
  /** Over the last minute; null when nothing ended. */
  readonly errorRate: number | null;
  readonly now: number;
}

/** What is wrong now, in words; null: nothing. Undefined: that cannot be told now, so that nothing begins or ends. */
type Sight = Readonly<Record<AlertKind, string | null | undefined>>;

interface Clock {
  readonly since: number;
  /** Null while it is wrong. */
  readonly wellSince: number | null;
}

/** Tells what needs a person for longer than a moment from what comes and goes. It forgets with its engine, which only delays. */
export interface AlertKeeper {
  /** What has begun or ended with this look. */
  look(input: AlertInput): FleetFact[];
}

export function createAlertKeeper(): AlertKeeper {
  const clocks = new Map<AlertKind, Clock>();

  function lookAt(kind: AlertKind, text: string | null | undefined, raised: FleetAlert | null, now: number): FleetFact[] {
    const known = clocks.get(kind);
    const since = raised?.since ?? known?.since ?? now;
    const wellSince = text === null ? (known?.wellSince ?? now) : null;
    clocks.delete(kind);
    if (text === undefined || (text === null && !raised && !known)) return [];
    if (wellSince !== null && now - wellSince >= calmMs) return raised ? [{ type: "alert.ended", kind, since, until: wellSince }] : [];
    clocks.set(kind, { since, wellSince });
    return text !== null && !raised && now - since >= patienceMs[kind] ? [{ type: "alert.raised", alert: { kind, text, since } }] : [];
  }

  return {
    look: (input) => {
      const sight = sightOf(input);
      const raisedOf = (kind: AlertKind) => input.fleet.alerts.find((alert) => alert.kind === kind) ?? null;
      return alertKinds.flatMap((kind) => lookAt(kind, sight[kind], raisedOf(kind), input.now));
    },
  };
}

function sightOf({ fleet: { fleet }, observation, active, isBroken, errorRate }: AlertInput): Sight {
  const away = observation.driver ?? observation.balancer;
  const ready = fleet.instances.filter(({ id }) => observation.instances.get(id)?.ready).length;
  const isSeen = away === null && active === null;
  return {
    broken: isBroken ? brokenText : null,
    unreachable: away?.message ?? null,
    "not-ready": isSeen ? describeNotReady(ready, fleet.instances.length) : undefined,
    errors: isSeen && errorRate !== null ? describeErrors(errorRate) : undefined,
  };
}
