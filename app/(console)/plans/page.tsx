import { NewPlanLink, PlanList } from "#components/plan/plan-list.tsx";
import { Page } from "#components/ui/page.tsx";

export default function PlansPage() {
  return (
    <Page title="Plans" meta="How a release reaches a fleet." actions={<NewPlanLink />}>
      <PlanList />
    </Page>
  );
}
