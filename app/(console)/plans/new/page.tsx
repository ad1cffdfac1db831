import { NewPlan } from "#components/plan/plan-designer.tsx";

export default function NewPlanPage() {
  return <NewPlan />;
}
