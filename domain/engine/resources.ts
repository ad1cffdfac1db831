import { formatDuration } from "../duration.ts";
import { type ResourcePart, resourceWindowMs } from "../evidence/resources.ts";
import { mergeUsage, toUsage } from "../evidence/usage.ts";
import { formatBytes, formatCores } from "../evidence/words.ts";
import type { Usage } from "../metric.ts";
import type { Resources } from "../plan.ts";
import type { Rollout } from "../rollout.ts";
import { nameOf } from "./sentence.ts";
import { record, type Turn } from "./turn.ts";

/** Less than this more than the old release is no trouble, however many times it is. */
const CPU_MORE_MIN = 0.1;
const MEMORY_MORE_BYTES_MIN = 50e6;

/**
 * The new release takes more of its machines than the plan allows, through the whole window: a person decides. Never a
 * rollback, for a release that needs more may be as it was meant.
 */
export function pauseOverResources(turn: Turn): void {
  const { state, seen } = turn;
  const limits = state.plan.metrics !== false && state.plan.metrics.resources;
  if (!limits || state.resourcesOverridden || !isJudged(state) || seen.resources.length === 0) return;
  const message = findExcess(state, seen.resources, limits).join(" ");
  if (message !== "") record(turn, { type: "rollout.paused", cause: "resources", message });
}

function isJudged({ status }: Rollout): boolean {
  return status === "running" || status === "finalizing" || status === "watching";
}

function findExcess(state: Rollout, parts: readonly ResourcePart[], limits: Resources): string[] {
  const used = { old: meanOf(parts.map((part) => part.old)), new: meanOf(parts.map((part) => part.new)) };
  const release = nameOf(state, state.releaseId);
  const excess: string[] = [];
  if (parts.every((part) => isMore(part, "cpu", limits.cpu, CPU_MORE_MIN)))
    excess.push(
      `${release} uses ${formatCores(used.new.cpu ?? 0)} an instance, the old release ${formatCores(used.old.cpu ?? 0)} (limit ${limits.cpu}×).`,
    );
  if (parts.every((part) => isMore(part, "memoryBytes", limits.memory, MEMORY_MORE_BYTES_MIN)))
    excess.push(
      `${release} uses ${formatBytes(used.new.memoryBytes ?? 0)} an instance, the old release ${formatBytes(used.old.memoryBytes ?? 0)} (limit ${limits.memory}×).`,
    );
  // In the watch, as before its batch's gate, a crash is a failed instance.
  if (state.status !== "watching" && isRestarting(parts, limits.restarts))
    excess.push(
      `Instances of ${release} were started again ${timesText(used.new.restarts)} within ${formatDuration(resourceWindowMs)}, those of the old release ${timesText(used.old.restarts)} (limit ${limits.restarts}).`,
    );
  return excess;
}

function isMore(part: ResourcePart, resource: "cpu" | "memoryBytes", times: number, moreMin: number): boolean {
  const [before, fresh] = [toUsage(part.old)[resource], toUsage(part.new)[resource]];
  return before !== null && fresh !== null && fresh > before * times && fresh - before >= moreMin;
}

/** More than the plan lets pass, and more often than the old release's: what restarts both is not the new one's. */
function isRestarting(parts: readonly ResourcePart[], allowed: number): boolean {
  const [before, fresh] = [mergeUsage(parts.map(({ old }) => ({ usage: old }))), mergeUsage(parts.map((part) => ({ usage: part.new })))];
  if (!before || !fresh || fresh.restarts <= allowed) return false;
  return fresh.restarts * before.unitSeconds > before.restarts * fresh.unitSeconds;
}

function meanOf(totals: readonly ResourcePart["old"][]): Usage {
  const sum = mergeUsage(totals.map((usage) => ({ usage })));
  return sum ? toUsage(sum) : { cpu: null, memoryBytes: null, restarts: 0 };
}

function timesText(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
