import { RolloutList } from "#components/rollout/rollout-list.tsx";
import { Page } from "#components/ui/page.tsx";

export default function RolloutsPage() {
  return (
    <Page title="Rollouts" meta="Everything that was rolled, newest first.">
      <RolloutList />
    </Page>
  );
}
