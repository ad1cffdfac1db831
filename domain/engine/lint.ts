import { formatDuration } from "../duration.ts";
import { resourceWindowMs } from "../evidence/resources.ts";
import type { Uncounted } from "../evidence/uncounted.ts";
import { describeUnfound } from "../evidence/unfound.ts";
import type { Plan } from "../plan.ts";
import { type PlanLimits, resolvePlan } from "../plan-limits.ts";
import { describeShortage, type UnitPorts } from "../unit-ports.ts";

export interface Finding {
  /** An error refuses the start, a warning and a note do not. */
  readonly severity: "error" | "warning" | "note";
  /** Dotted path inside the plan, e.g. `batches.0`. */
  readonly field: string;
  readonly message: string;
}

export interface LintContext {
  readonly desired: number;
  readonly canSurge: boolean;
  /** Absent where the fleet or its release is not known; null: nothing bounds them. */
  readonly ports?: UnitPorts | null;
  /** Of the whole fleet right now; absent or null when unknown. */
  readonly requestsPerSecond?: number | null;
  readonly errorRate?: number | null;
  /** What nobody counts for this fleet; absent where the fleet is not known. */
  readonly uncounted?: readonly Uncounted[];
}

/** What is wrong with a plan for a fleet of this size, with the arithmetic in the message. */
export function lintPlan(plan: Plan, context: LintContext): Finding[] {
  const limits = resolvePlan(plan, context.desired);
  return [
    ...lintLimits(plan, limits, context),
    ...lintBatches(limits, context),
    ...lintDurations(limits),
    ...lintFailures(limits, context),
    ...lintWindows(plan, limits, context),
    ...lintMetrics(plan),
    ...lintUncounted(plan, context),
    ...lintSoak(plan, limits, context),
    ...lintResources(plan, limits, context),
  ];
}

function lintLimits(plan: Plan, limits: PlanLimits, context: LintContext): Finding[] {
  return limits.maxSurge > 0 ? lintSurge(limits, context) : [...lintFloor(plan, limits, context), ...lintRollback(plan, limits)];
}

function lintSurge({ maxSurge }: PlanLimits, { desired, canSurge, ports }: LintContext): Finding[] {
  if (!canSurge)
    return [
      {
        severity: "error",
        field: "maxSurge",
        message: "This fleet's driver cannot run two units in one instance: set maxSurge to 0 and use maxUnavailable.",
      },
    ];
  const shortage = ports ? describeShortage(ports, desired, maxSurge) : null;
  if (ports && shortage) {
    const spare = ports.count - desired;
    const next = spare > 0 ? `Set maxSurge to at most ${spare}, or give the fleet more ports.` : "Set maxSurge to 0 and use maxUnavailable.";
    return [{ severity: "error", field: "maxSurge", message: `${shortage} ${next}` }];
  }
  if (maxSurge < desired) return [];
  return [
    {
      severity: "note",
      field: "maxSurge",
      message: `maxSurge ${maxSurge} is the whole fleet of ${desired}: up to ${desired * 2} units run at once.`,
    },
  ];
}

function lintFloor(plan: Plan, limits: PlanLimits, { desired }: LintContext): Finding[] {
  if (limits.maxUnavailable === 0)
    return [
      {
        severity: "error",
        field: "maxUnavailable",
        message: `maxUnavailable is 0 and maxSurge is 0, so of ${desired} instances none may ever leave and none may be added: nothing could start. Use at least 1.`,
      },
    ];
  if (limits.maxUnavailable >= desired) return [{ severity: "warning", field: "maxUnavailable", message: emptyFloor(desired) }];
  if (!roundsToNothing(plan.maxUnavailable, desired)) return [];
  return [
    {
      severity: "note",
      field: "maxUnavailable",
      message: `${plan.maxUnavailable} of ${desired} instances rounds down to 0; it counts as 1, or nothing could start.`,
    },
  ];
}

function emptyFloor(desired: number): string {
  return desired === 1
    ? "The floor is 0: a fleet of 1 instance serves nobody while that one is replaced. With maxSurge 1 the new unit is healthy before the old one stops."
    : `The floor is 0: all ${desired} instances may be out of rotation at once, and nothing would serve.`;
}

function lintRollback(plan: Plan, { rollbackMaxUnavailable }: PlanLimits): Finding[] {
  if (plan.rollback.maxUnavailable === undefined || rollbackMaxUnavailable > 0) return [];
  return [
    {
      severity: "error",
      field: "rollback.maxUnavailable",
      message: "rollback.maxUnavailable is 0 and maxSurge is 0, so a rollback could bring no instance back. Use at least 1, or leave it out.",
    },
  ];
}

/** Entries that this fleet is too small to reach would be passed over without a word. */
function lintBatches(limits: PlanLimits, { desired }: LintContext): Finding[] {
  let placed = 0;
  const reached = limits.batches.findIndex((batch) => {
    placed += batch.size;
    return placed >= desired;
  });
  if (reached < 0 || reached === limits.batches.length - 1) return [];
  const unused = limits.batches.length - reached - 1;
  const sizes = limits.batches.slice(0, reached + 1).map((batch) => batch.size);
  const isGated = limits.batches.slice(reached + 1).some((batch) => batch.approval);
  return [
    {
      severity: isGated ? "warning" : "note",
      field: `batches.${reached + 1}`,
      message: `${sizes.join(" + ")} covers all ${desired} instances, so the last ${unused === 1 ? "entry is" : `${unused} entries are`} never reached${isGated ? ", nor the approval there" : ""}.`,
    },
  ];
}

function roundsToNothing(size: Plan["maxUnavailable"], desired: number): boolean {
  return typeof size === "string" && Math.floor((Number.parseFloat(size) * desired) / 100 + 1e-9) === 0;
}

function lintDurations(limits: PlanLimits): Finding[] {
  const findings: Finding[] = [];
  if (limits.minHealthyMs >= limits.healthyDeadlineMs)
    findings.push({
      severity: "error",
      field: "healthyDeadline",
      message: `Readiness must hold for ${formatDuration(limits.minHealthyMs)}, but the deadline is ${formatDuration(limits.healthyDeadlineMs)}: no instance could ever pass. Use a longer healthyDeadline.`,
    });
  if (limits.drainTimeoutMs >= limits.progressDeadlineMs)
    findings.push({
      severity: "error",
      field: "progressDeadline",
      message: `A drain may take ${formatDuration(limits.drainTimeoutMs)}, but progress is due within ${formatDuration(limits.progressDeadlineMs)}. Use a longer progressDeadline.`,
    });
  return findings;
}

function lintFailures(limits: PlanLimits, { desired }: LintContext): Finding[] {
  if (limits.maxFailures < desired) return [];
  return [
    {
      severity: "warning",
      field: "maxFailures",
      message: `${limits.maxFailures} failures are tolerated in a fleet of ${desired}: only a wholly failed batch can stop this rollout.`,
    },
  ];
}

/** A rollout that outlasts its windows stops at a gate until the next one opens, which should surprise nobody. */
function lintWindows(plan: Plan, limits: PlanLimits, { desired }: LintContext): Finding[] {
  if (plan.windows.length === 0) return [];
  const longestMs = Math.max(...plan.windows.map(windowLengthMs));
  let placed = 0;
  let soakMs = 0;
  for (let number = 0; placed < desired; number += 1) {
    const batch = limits.batches[Math.min(number, limits.batches.length - 1)];
    if (batch === undefined) break;
    placed += batch.size;
    // After the last batch nothing more waits for a window.
    if (placed < desired) soakMs += batch.soakMs;
  }
  if (soakMs < longestMs) return [];
  return [
    {
      severity: "warning",
      field: "windows",
      message: `The soaks before the last batch take ${formatDuration(soakMs)}, the longest window ${formatDuration(longestMs)}: the rollout will wait at a gate for the next window, on mixed releases.`,
    },
  ];
}

function windowLengthMs({ from, to }: Plan["windows"][number]): number {
  const minutes = (time: string) => time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  const length = minutes(to) - minutes(from);
  return (length > 0 ? length : length + 24 * 60) * 60_000;
}

/** Soaks too short to notice what the plan calls the smallest effect let most such releases through. */
function lintSoak(plan: Plan, limits: PlanLimits, { desired, requestsPerSecond, errorRate }: LintContext): Finding[] {
  const message = describeUnfound(plan, limits, { desired, requestsPerSecond: requestsPerSecond ?? 0, errorRate: errorRate ?? 0 });
  if (message === null) return [];
  const [written] = plan.batches;
  const field = typeof written === "object" && written.soak !== undefined ? "batches.0.soak" : "soak";
  return [{ severity: "warning", field, message }];
}

/** Switched on, and yet nothing would ever be compared. */
function lintMetrics({ metrics }: Plan): Finding[] {
  if (metrics === false || metrics.errors || metrics.latency.length > 0 || metrics.custom.length > 0) return [];
  return [
    {
      severity: "warning",
      field: "metrics.errors",
      message: "Nothing is compared, so no release is ever found worse. Compare errors or latency, or switch the evidence off.",
    },
  ];
}

/** A comparison without numbers never finds anything. */
function lintUncounted({ metrics }: Plan, { uncounted = [] }: LintContext): Finding[] {
  if (metrics === false) return [];
  const findings: Finding[] = [];
  if (metrics.errors && uncounted.includes("errors"))
    findings.push({
      severity: "warning",
      field: "metrics.errors",
      message:
        "This fleet's load balancer counts no failed requests, and no Prometheus does: no release is ever found worse. Give the fleet a Prometheus that says how errors are counted.",
    });
  if (metrics.latency.length > 0 && uncounted.includes("latency"))
    findings.push({
      severity: "note",
      field: "metrics.latency",
      message: "This fleet's load balancer tells no latency, so latency is not compared. A custom metric of a Prometheus can count slow requests.",
    });
  return findings;
}

/** Resources are judged while both releases serve, and not before the window is full. */
function lintResources(plan: Plan, limits: PlanLimits, { desired }: LintContext): Finding[] {
  const [first] = limits.batches;
  if (plan.metrics === false || !plan.metrics.resources || !first) return [];
  const field = "metrics.resources";
  if (first.size >= desired)
    return [{ severity: "warning", field, message: "Batch 1 is the whole fleet: no old instance is left to compare resources with." }];
  const neededMs = limits.warmUpMs + resourceWindowMs;
  if (first.soakMs >= neededMs) return [];
  const needed = `${formatDuration(limits.warmUpMs)} of warm-up and ${formatDuration(resourceWindowMs)}`;
  return [
    {
      severity: "warning",
      field,
      message: `Resources are judged over ${needed}, but batch 1 soaks for ${formatDuration(first.soakMs)}: the next batch starts before they are known. Use a soak of ${formatDuration(neededMs)} or more.`,
    },
  ];
}
