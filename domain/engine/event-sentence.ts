import { formatActor } from "../actor.ts";
import { formatDuration } from "../duration.ts";
import type { RolloutEvent, RolloutFact } from "../event.ts";
import { countText, metricText } from "../evidence/words.ts";
import { assertNever } from "../invariant.ts";
import type { Rollout } from "../rollout.ts";
import type { WaitingReason } from "../waiting.ts";
import { nameInstances, nameOf } from "./sentence.ts";

const portWords = {
  "instance.drain": "draining",
  "instance.replace": "replacing",
  "instance.restore": "restoring",
  "instance.start": "starting a new unit of",
  "instance.retire": "retiring the old unit of",
  "instance.discard": "discarding the new unit of",
} as const;

const waitingWords: Readonly<Record<WaitingReason, string>> = {
  draining: "requests in flight",
  starting: "new units",
  checking: "readiness",
  restoring: "the balancer",
  holding: "readiness to hold",
  soaking: "the soak",
  approval: "an approval",
  window: "a window",
  freeze: "the end of the freeze",
  "capacity-floor": "capacity",
  "in-flight": "what is in flight",
  "retry-backoff": "the next try",
  "failure-decision": "a decision",
  hook: "a hook",
  repairing: "lost or new instances",
  insufficient: "enough traffic to judge",
  blind: "the metrics source",
  "metric-over": "a metric that is above its bound",
  "balancer-unreachable": "the balancer to be reachable",
  "driver-unreachable": "the driver to be reachable",
  watching: "the end of the watch",
  paused: "a person",
  queued: "the rollout before it",
  "other-rollout": "a decision",
};

/** One line of the event log. */
export function describeEvent(event: RolloutEvent, rollout: Rollout | null): string {
  const who = formatActor(event.actor);
  switch (event.type) {
    case "start.approved":
      return `${who} approved the start`;
    case "rollout.queued":
      if (event.approval)
        return `${who} asked to roll ${event.fleetName} to ${event.releaseNames[event.releaseId] ?? "a release"} with plan ${event.planName}; a second person approves`;
      return `${who} queued a rollout of ${event.fleetName} to ${event.releaseNames[event.releaseId] ?? "a release"} with plan ${event.planName}`;
    case "rollout.started":
      if (event.kind === "rollback") return event.reason ?? `${who} rolled ${event.fleetName} back`;
      return `${who} started rolling ${event.fleetName} to ${event.releaseNames[event.releaseId] ?? "a release"} with plan ${event.planName}`;
    case "rollout.prepared":
      return "The fleet was looked at; the rollout runs";
    case "batch.opened":
      return `Batch ${event.batch} opened: ${nameInstances(event.instanceIds)}`;
    case "batch.joined":
      return `${nameInstances(event.instanceIds)} ${event.instanceIds.length === 1 ? "does" : "do"} not serve and moved into batch ${event.batch}`;
    case "update.started":
      return `${event.instanceId} goes ${event.direction === "back" ? "back " : ""}to ${nameOf(rollout, event.releaseId)}${event.startFirst ? ", the new unit first" : ""}`;
    case "update.postponed":
      return `${event.instanceId} stays for now: too few others serve`;
    case "update.reversed":
      return `${event.instanceId} was not replaced yet and returns to rotation`;
    case "instance.drained":
      return `${event.instanceId} drained in ${formatDuration(event.tookMs)}${event.cut > 0 ? `, ${event.cut} requests cut` : ""}${event.unverified ? ", unverified: the load balancer cannot see requests in flight" : ""}`;
    case "instance.replaced":
      return `${event.instanceId} runs a new unit after ${formatDuration(event.tookMs)}`;
    case "instance.started":
      return `${event.instanceId} has a second unit after ${formatDuration(event.tookMs)}`;
    case "instance.restored":
      return `${event.instanceId}'s new unit is in rotation; the old one may leave`;
    case "instance.retried":
      return `${who} has ${event.instanceId} tried again`;
    case "instance.skipped":
      return `${who} skipped ${event.instanceId}: it stays out and is accepted`;
    case "repair.started":
      return `${event.instanceId} has no unit; it is brought up on ${nameOf(rollout, event.releaseId)}`;
    case "repair.completed":
      return `${event.instanceId} serves on ${nameOf(rollout, event.releaseId)}`;
    case "fleet.scaled":
      return `${who} scaled the fleet to ${event.desired}${scaledText(event)}`;
    case "hook.started":
      return `The hook ${event.hook}${ofBatch(event.batch)} runs`;
    case "hook.ended":
      return `The hook ${event.hook}${ofBatch(event.batch)} ${event.status}: ${event.message}`;
    case "instance.healthy":
      return `${event.instanceId} is healthy after ${formatDuration(event.tookMs)}`;
    case "update.completed":
      return event.direction === "forward" ? `${event.instanceId} is updated and in rotation` : `${event.instanceId} is back and in rotation`;
    case "attempt.failed":
      return `${event.instanceId} failed${event.retryAt === null ? "" : ", will be tried again"}: ${event.message}`;
    case "effect.failed":
      return `${capital(portWords[event.effect])} ${event.instanceId} was answered no: ${event.message}`;
    case "batch.settled":
      return event.failed.length > 0 ? `Batch ${event.batch} settled; failed: ${nameInstances(event.failed)}` : `Batch ${event.batch} settled`;
    case "batch.soaked":
      return `The soak of batch ${event.batch} ended`;
    case "soak.skipped":
      return `${who} skipped the soak of batch ${event.batch}`;
    case "batch.approved":
      return `${who} approved batch ${event.batch}`;
    case "approval.voided":
      return `The approval of batch ${event.batch} is void: the evidence turned bad`;
    case "gate.opened":
      return `The gate of batch ${event.batch} opened`;
    case "evidence.changed":
      return `Evidence on ${metricsText(event)} is ${event.evidence.state}${countsText(event)}`;
    case "evidence.overridden":
      return `${who} overrode the evidence on ${metricText(event.metric)}: ${event.reason}`;
    case "resources.overridden":
      return `${who} overrode the limits on resources: ${event.reason}`;
    case "waiting.changed":
      return event.waiting.length === 0 ? "Nothing to wait for" : `Waiting for ${event.waiting.map((wait) => waitingWords[wait.reason]).join(", ")}`;
    case "rollout.paused":
      return `Paused: ${event.message}`;
    case "rollout.resumed":
      return event.reason ? `${who} resumed: ${event.reason}` : `${who} resumed the rollout`;
    case "rollout.finalizing":
      return "The last gate is open; the finalize hook decides";
    case "rollout.watching":
      return "The last gate is open; the release is watched";
    case "rollback.started":
      return `Rollback started: ${event.message}`;
    case "rollout.stopping":
      return `Stopping: ${event.message}`;
    case "rollout.taken":
      return `The engine took the fleet over after ${formatDuration(event.downMs)}${event.soakRestarts ? "; the soak starts again" : ""}`;
    case "rollout.ended":
      return `Ended ${event.status.replace("-", " ")}: ${event.message}`;
    default:
      return assertNever(event);
  }
}

function ofBatch(batch: number | null): string {
  return batch === null ? "" : ` of batch ${batch}`;
}

function scaledText({ added, removed }: { readonly added: readonly { readonly instanceId: string }[]; readonly removed: readonly string[] }): string {
  if (added.length > 0) return `; new: ${nameInstances(added.map(({ instanceId }) => instanceId))}`;
  return removed.length > 0 ? `; leaving: ${nameInstances(removed)}` : "";
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

type EvidenceChanged = RolloutFact & { type: "evidence.changed" };

function metricsText({ evidence, others = [] }: EvidenceChanged): string {
  const names = [evidence, ...others].map(({ metric }) => metricText(metric));
  return names.length < 3 ? names.join(" and ") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** The numbers of the only one, and of the first that is bad; of several others the page has them. */
function countsText({ evidence, others = [] }: EvidenceChanged): string {
  const { metric, old, new: fresh } = evidence;
  if (fresh.total === 0 || (others.length > 0 && evidence.state !== "bad")) return "";
  return `: the new release ${countText(evidence, fresh)}, the old one ${formatCount(old.failed)} of ${formatCount(old.total)}${others.length > 0 ? ` (${metricText(metric)})` : ""}`;
}

function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}
