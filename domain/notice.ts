import type { AlertKind } from "./alert.ts";
import { needOf } from "./engine/need.ts";
import { asSentence, describeRollout, describeWaiting, goOnWords, nameInstances, nameOf } from "./engine/sentence.ts";
import type { RolloutFact } from "./event.ts";
import { assertNever } from "./invariant.ts";
import type { Subject } from "./notification.ts";
import type { Rollout, RolloutStatus } from "./rollout.ts";
import { shorten } from "./shorten.ts";

/** What people are told of an event: what happened, why, and what comes next. Holds no link: that depends on where the console is. */
interface Words {
  readonly about: readonly Subject[];
  /** Number of the event that it tells of, in the stream of the rollout or of the fleet. */
  readonly seq: number;
  /** Engine time, milliseconds since 1970. */
  readonly at: number;
  readonly fleetId: string;
  readonly fleet: string;
  readonly service: string;
  readonly environment: string;
  readonly happened: string;
  readonly why: string;
  readonly next: string;
}

export interface RolloutNotice extends Words {
  readonly rolloutId: string;
  readonly release: string;
  readonly status: RolloutStatus;
}

/** Of a fleet for which no rollout speaks. */
export interface FleetNotice extends Words {
  readonly rolloutId: null;
  readonly alert: { readonly kind: AlertKind; readonly status: "raised" | "ended"; readonly since: number };
}

export type Notice = RolloutNotice | FleetNotice;

/** Causes are in the words of programs, which may be long. */
const whyLengthMax = 1_000;

/** What the facts that led from one state to the next are told as; null when they are nobody's business but the page's. */
export function noticeOf(before: Rollout | null, after: Rollout, facts: readonly RolloutFact[], at: number): RolloutNotice | null {
  const ended = facts.find((fact) => fact.type === "rollout.ended");
  const turned = facts.find((fact) => fact.type === "rollback.started");
  const told = ended ? tellEnd(after, ended) : (tellNeed(before, after, at) ?? (turned ? tellTurn(after, turned) : null));
  if (!told) return null;
  const { rolloutId, seq, fleetId, fleetName: fleet, service, environment, status, releaseId } = after;
  const release = nameOf(after, releaseId);
  const happened = describeRollout(after, at).headline;
  return { rolloutId, seq, at, fleetId, fleet, service, environment, release, status, happened, ...told, why: shorten(told.why, whyLengthMax) };
}

type Told = Pick<Notice, "about" | "why" | "next">;

function tellEnd(after: Rollout, { failed, message }: RolloutFact & { type: "rollout.ended" }): Told {
  const needsPerson = after.status === "rollback-failed" || after.status === "failed";
  // Whoever was told that it turned back by itself is told how that ended.
  const about: readonly Subject[] = needsPerson || isTurnedByEngine(after) ? ["ends", "attention"] : ["ends"];
  return { about, why: asSentence(message), next: nextAfterEnd(after, failed) };
}

/** It needs nobody yet, but whoever is on call wants to know at once. */
function tellTurn(after: Rollout, { message }: RolloutFact & { type: "rollback.started" }): Told | null {
  if (!isTurnedByEngine(after)) return null;
  return { about: ["attention"], why: asSentence(message), next: "It goes on by itself, and its end is told." };
}

function isTurnedByEngine({ rollback }: Rollout): boolean {
  return rollback !== null && rollback.cause !== "person";
}

function nextAfterEnd(after: Rollout, failed: readonly string[]): string {
  const target = nameOf(after, after.releaseId);
  switch (after.status) {
    case "succeeded":
      return failed.length === 0 ? "Nothing is left to do." : `Look at ${nameInstances(failed)}: what failed stays out of rotation.`;
    case "rolled-back":
      return `${nameOf(after, after.undoes?.releaseId ?? after.releaseId)} is held for ${after.fleetName}: a person with a reason may start it again.`;
    case "rollback-failed":
      return failed.length === 0
        ? "Look at the fleet: it is not whole."
        : `Look at ${nameInstances(failed)}: what did not come back stays out of rotation.`;
    case "cancelled":
    case "failed":
      if (after.updates.size === 0) return "Nothing was touched.";
      return `The fleet may run mixed releases: roll it to ${target}, or back.`;
    case "superseded":
      return "The rollout that took its place goes on.";
    default:
      return "It goes on.";
  }
}

/** Only where it is new: what needed a person before was told before. */
function tellNeed(before: Rollout | null, after: Rollout, at: number): Told | null {
  const need = needOf(after);
  const known = before && needOf(before);
  if (!need || need.kind === "pause" || (known?.kind === need.kind && known.text === need.text)) return null;
  const about = ["attention"] as const;
  const why = need.waiting ? describeWaiting(need.waiting, at, after) : need.text;
  switch (need.kind) {
    case "decision":
      return { about, why: asSentence(after.pausedBy?.message ?? need.text), next: `${goOnWords(after)}, roll back or cancel.` };
    case "approval":
      return { about, why, next: "Approve it, roll back or cancel. No further batch starts before." };
    case "start-approval":
      return { about, why, next: "Somebody else than the one who asked approves or cancels it." };
    case "other-rollout":
      return { about, why, next: "Start it all the same, or cancel it." };
    default:
      return assertNever(need.kind);
  }
}
