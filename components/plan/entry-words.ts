import { formatDuration } from "#domain/duration.ts";
import { assertNever } from "#domain/invariant.ts";
import type { TimelineEntry } from "#domain/simulation/scenario-timeline.ts";

/** What an entry of a scenario's timeline does, in words: "Zone c is lost", "Pause: a look at the logs". */
export function describeEntry(entry: TimelineEntry): string {
  const why = "reason" in entry && entry.reason !== undefined ? `: ${entry.reason}` : "";
  switch (entry.do) {
    case "start":
      return `Start ${entry.release}${supersedeWords[entry.supersede ?? "reject"]}${why}`;
    case "pause":
      return `Pause${why}`;
    case "resume":
      return `Resume${why}`;
    case "approve":
      return `Approve${why}`;
    case "skipSoak":
      return `Skip the soak${why}`;
    case "rollBack":
      return `Roll back${why}`;
    case "cancel":
      return `Cancel${why}`;
    case "liftHold":
      return `Lift the hold${why}`;
    case "liftFreeze":
      return `Lift the freeze${why}`;
    case "retryInstance":
      return `Try ${entry.instance} again${why}`;
    case "skipInstance":
      return `Skip ${entry.instance}${why}`;
    case "scale":
      return `Scale to ${entry.desired}`;
    case "freeze":
      return `Freeze the fleet${during(entry.forMs, "until it is lifted")}${why}`;
    case "instanceDies":
      return `${entry.instance} dies`;
    case "hostLost":
      return `Zone ${entry.zone} is lost`;
    case "metricsDown":
      return `The metrics source is away${during(entry.forMs)}`;
    case "balancerFails":
      return `The balancer is away${during(entry.forMs)}`;
    case "driverUnreachable":
      return `The driver is away${during(entry.forMs)}`;
    case "balancerIgnores":
      return `The balancer says yes and does nothing${during(entry.forMs)}`;
    case "balancerLate":
      return `The balancer says yes and acts ${formatDuration(entry.lateMs)} later${during(entry.forMs)}`;
    case "staleView":
      return `What is seen grows old${during(entry.forMs)}`;
    case "answersLost":
      return `The answers of the next ${entry.effects} side effects are lost`;
    case "effectsLost":
      return `The next ${entry.effects} side effects are lost`;
    case "duplicateEffects":
      return "From now on every side effect is delivered twice";
    case "hook":
      return `The hook ${entry.hook} ${entry.ends === "never" ? "never ends" : `ends as ${entry.ends}`} from now on`;
    case "engineCrash":
      return entry.atEffect === undefined
        ? `The engine crashes and is back after ${formatDuration(entry.downMs)}`
        : `The engine crashes at side effect ${entry.atEffect} and is back after ${formatDuration(entry.downMs)}`;
    default:
      return assertNever(entry);
  }
}

const supersedeWords = { reject: "", queue: ", queued behind what is active", replace: " in place of what is active" } as const;

function during(forMs: number | undefined, otherwise = "for good"): string {
  return forMs === undefined ? ` ${otherwise}` : ` for ${formatDuration(forMs)}`;
}
