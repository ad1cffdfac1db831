import { PlanDesigner } from "#components/plan/plan-designer.tsx";

export default async function PlanPage({ params }: { params: Promise<{ planId: string }> }) {
  const { planId } = await params;
  return <PlanDesigner planId={planId} />;
}
