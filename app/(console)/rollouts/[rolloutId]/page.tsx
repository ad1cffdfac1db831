import { Suspense } from "react";
import { RolloutPage } from "#components/rollout/rollout-page.tsx";
import { readAhead } from "#hooks/read-ahead.ts";

export default async function LiveRolloutPage({ params }: { params: Promise<{ rolloutId: string }> }) {
  const { rolloutId } = await params;
  readAhead("rollouts.firstLook", { rolloutId });
  return (
    <Suspense>
      <RolloutPage key={rolloutId} rolloutId={rolloutId} />
    </Suspense>
  );
}
