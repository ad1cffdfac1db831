import { planBatches } from "#domain/engine/batches.ts";
import { type Finding, lintPlan } from "#domain/engine/lint.ts";
import { createInstances } from "#domain/fleet.ts";
import { resolvePlan } from "#domain/plan-limits.ts";
import type { Scenario } from "#domain/simulation/scenario-file.ts";

/** The batches of a scenario's plan as they would be if nothing went wrong, and what its lint finds. Exit 2 when it is refused. */
export function printPlan(scenario: Scenario, json: boolean): number {
  const { plan, fleet } = scenario;
  const findings = lintPlan(plan, {
    desired: fleet.instances,
    canSurge: fleet.surge,
    requestsPerSecond: fleet.traffic?.rps ?? null,
    errorRate: fleet.traffic?.errorRate ?? null,
  });
  const limits = resolvePlan(plan, fleet.instances);
  const instances = createInstances(fleet.instances, fleet.zones).map(({ id, zone, labels }, index) => ({
    instanceId: id,
    zone,
    labels,
    unitStartedAt: index,
    healthy: !fleet.unhealthy.includes(id),
  }));
  const batches = planBatches(instances, limits, plan.order).map((members, index) => ({ number: index + 1, instances: members }));
  const told = json ? JSON.stringify({ batches, findings }, null, 2) : inWords(batches, findings);
  process.stdout.write(`${told}\n`);
  return findings.some(({ severity }) => severity === "error") ? 2 : 0;
}

function inWords(batches: readonly { readonly number: number; readonly instances: readonly string[] }[], findings: readonly Finding[]): string {
  const lines = batches.map(
    ({ number, instances }) => `  ${String(number).padStart(3)}  ${String(instances.length).padStart(5)}  ${instances.join(" ")}`,
  );
  const found = findings.map(({ severity, field, message }) => `  ${severity}  ${field}: ${message}`);
  return ["Batches", ...lines, ...(found.length === 0 ? [] : ["Findings", ...found])].join("\n");
}
