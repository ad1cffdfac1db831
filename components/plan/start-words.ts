import type { RolloutSummary } from "#domain/live.ts";
import type { Plan } from "#domain/plan.ts";
import { formatCount } from "./plan-sentence.ts";

/** What comes of a start, as the server sees it now. */
export type StartOutcome = "starts" | "asks" | "queues" | "replaces" | "ends-watch" | "refused";

/** The button's words say what pressing it does. */
export function startLabel(
  check: { readonly outcome: StartOutcome; readonly instances: number; readonly batches: number },
  active: RolloutSummary | null,
): string {
  const size = `${formatCount(check.instances, "instance")} in ${formatCount(check.batches, "batch", "batches")}`;
  switch (check.outcome) {
    case "queues":
      return `Queue behind ${active?.releaseName ?? "it"}: ${size}`;
    case "replaces":
      return `Replace ${active?.releaseName ?? "it"}: ${size}`;
    case "asks":
      return `Ask for approval: ${size}`;
    case "starts":
    case "ends-watch":
      return `Start: ${size}`;
    case "refused":
      return "Start";
  }
}

/** What each way of starting beside an active rollout would do to both. */
export function describeSupersede(choice: Plan["supersede"], active: RolloutSummary, target: string): string {
  const left = active.desired - active.updated;
  switch (choice) {
    case "reject":
      return `Nothing starts. ${active.releaseName} goes on undisturbed; start ${target} when it has ended.`;
    case "queue":
      return `${capital(target)} waits. When ${active.releaseName} has succeeded it starts by itself; otherwise it asks a person first.`;
    case "replace":
      return `${active.releaseName} ends superseded where it stands, with ${active.updated} of ${active.desired} updated and ${left} not. ${capital(target)} starts at once, with what was in flight first.`;
  }
}

/** How an active rollout is named in a sentence. */
export function describeActive(active: RolloutSummary): string {
  const doing = active.kind === "rollback" || active.status === "rolling-back" ? "is being rolled back" : `is rolling out ${active.releaseName}`;
  return `${active.fleetName} ${doing}: ${active.updated} of ${active.desired} instances are updated.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
