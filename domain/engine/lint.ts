import { formatDuration } from "../duration.ts";
import { describePower, soakToDetect } from "../evidence/power.ts";
import { type Plan, type PlanLimits, resolvePlan } from "../plan.ts";

/** Errors hold all of alpha but the ceiling's part, see domain/evidence/verdict.ts. */
const errorsWeight = 0.9;

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
  /** Of the whole fleet right now; absent or null when unknown. */
  readonly requestsPerSecond?: number | null;
  readonly errorRate?: number | null;
}

/** What is wrong with a plan for a fleet of this size, with the arithmetic in the message. */
export function lintPlan(plan: Plan, context: LintContext): Finding[] {
  const limits = resolvePlan(plan, context.desired);
  return [...lintLimits(plan, limits, context), ...lintDurations(limits), ...lintFailures(limits, context), ...lintSoak(plan, limits, context)];
}

function lintLimits(plan: Plan, limits: PlanLimits, { desired, canSurge }: LintContext): Finding[] {
  if (limits.maxSurge > 0)
    return [
      {
        severity: "error",
        field: "maxSurge",
        message: canSurge
          ? "Start-first updates are not offered for this fleet yet: set maxSurge to 0."
          : "This fleet's driver cannot run two units in one instance: set maxSurge to 0 and use maxUnavailable.",
      },
    ];
  if (limits.maxUnavailable === 0)
    return [
      {
        severity: "error",
        field: "maxUnavailable",
        message: `maxUnavailable is 0 and maxSurge is 0, so of ${desired} instances none may ever leave and none may be added: nothing could start. Use at least 1.`,
      },
    ];
  const findings: Finding[] = [];
  if (limits.maxUnavailable >= desired)
    findings.push({
      severity: "warning",
      field: "maxUnavailable",
      message: `The floor is 0: all ${desired} instances may be out of rotation at once, and nothing would serve.`,
    });
  else if (roundsToNothing(plan.maxUnavailable, desired))
    findings.push({
      severity: "note",
      field: "maxUnavailable",
      message: `${plan.maxUnavailable} of ${desired} instances rounds down to 0; it counts as 1, or nothing could start.`,
    });
  return findings;
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

/** A soak too short to notice what the plan calls the smallest effect lets most such releases pass. */
function lintSoak(plan: Plan, limits: PlanLimits, context: LintContext): Finding[] {
  const [first] = limits.batches;
  const [written] = plan.batches;
  if (plan.metrics === false || !plan.metrics.errors || !first || !context.requestsPerSecond || context.desired < 2) return [];
  const batch = {
    requestsPerSecond: context.requestsPerSecond,
    share: Math.min(1, first.size / context.desired),
    baseRate: context.errorRate ?? 0,
    smallestEffect: plan.metrics.smallestEffect,
    alpha: plan.metrics.alpha,
    weight: errorsWeight,
    margin: plan.metrics.margin,
  };
  const usefulMs = Math.max(0, first.soakMs - limits.warmUpMs);
  const neededSeconds = soakToDetect(batch);
  if (batch.share >= 1 || (neededSeconds !== null && usefulMs >= neededSeconds * 1_000)) return [];
  const field = typeof written === "object" && written.soak !== undefined ? "batches.0.soak" : "soak";
  return [{ severity: "warning", field, message: describePower({ ...batch, batch: 1, soakMs: first.soakMs, warmUpMs: limits.warmUpMs }) }];
}
