"use client";

import { Suspense, use } from "react";
import { RolloutPage } from "#components/rollout/rollout-page.tsx";

export default function LiveRolloutPage({ params }: { params: Promise<{ rolloutId: string }> }) {
  const { rolloutId } = use(params);
  return (
    <Suspense>
      <RolloutPage key={rolloutId} rolloutId={rolloutId} />
    </Suspense>
  );
}
