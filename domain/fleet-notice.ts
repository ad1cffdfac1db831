import type { AlertKind } from "./alert.ts";
import { formatDuration } from "./duration.ts";
import { asSentence } from "./engine/sentence.ts";
import type { Fleet, FleetFact } from "./fleet.ts";
import type { FleetNotice } from "./notice.ts";
import { shorten } from "./shorten.ts";

/** Drivers' words may be long. */
const whyLengthMax = 1_000;

interface Told {
  readonly raised: string;
  readonly next: string;
  readonly ended: string;
  /** Before how long. */
  readonly lasted: string;
}

const told = {
  broken: {
    raised: "Held: a rule of the engine broke",
    next: "Look at the server's log; cancel the rollout or roll back.",
    ended: "The engine goes on",
    lasted: "It was held for",
  },
  unreachable: {
    raised: "Cannot be reached",
    next: "Look at what runs the fleet and at its balancer. Until they answer nothing is started, stopped or rolled there.",
    ended: "Answers again",
    lasted: "It could not be reached for",
  },
  "not-ready": {
    raised: "Instances are not ready",
    next: "Look at the logs of those that are not ready. Where nothing runs, it is started again without you.",
    ended: "All instances are ready again",
    lasted: "Some or all were not ready for",
  },
  errors: {
    raised: "Requests fail",
    next: "Look at the fleet: is it its release, or something that it calls? The last rollout can be taken back there.",
    ended: "Requests succeed again",
    lasted: "They failed for",
  },
} as const satisfies Record<AlertKind, Told>;

/** What a fleet's fact is told as; null when it is nobody's business but the page's. `seq`: its number among the fleet's events. */
export function fleetNoticeOf({ fleetId, name, service, environment }: Fleet, fact: FleetFact, seq: number, at: number): FleetNotice | null {
  const common = { about: ["attention"], rolloutId: null, seq, at, fleetId, fleet: name, service, environment } as const;
  if (fact.type === "alert.raised") {
    const { kind, text, since } = fact.alert;
    const why = at > since ? `${asSentence(text)} It has been so for ${formatDuration(at - since)}.` : asSentence(text);
    const { raised: happened, next } = told[kind];
    return { ...common, happened, why: shorten(why, whyLengthMax), next, alert: { kind, status: "raised", since } };
  }
  if (fact.type !== "alert.ended") return null;
  const { kind, since, until } = fact;
  const why = `${told[kind].lasted} ${formatDuration(until - since)}.`;
  return { ...common, happened: told[kind].ended, why, next: "Nothing is left to do.", alert: { kind, status: "ended", since } };
}
