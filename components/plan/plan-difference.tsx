import type { Plan } from "#domain/plan.ts";
import { PlanChanges } from "./plan-changes.tsx";
import { diffPlans } from "./plan-diff.ts";

/** In which fields two plans differ. */
export function PlanDifference({ before, after }: { before: Plan; after: Plan }) {
  return <PlanChanges changes={diffPlans(before, after)} empty="Both ran the same plan." />;
}
