"use client";

import { Suspense } from "react";
import { ComparePage } from "#components/history/compare-page.tsx";
import { PlanDifference } from "#components/plan/plan-difference.tsx";

export default function CompareRolloutsPage() {
  return (
    <Suspense>
      <ComparePage planDifference={(a, b) => <PlanDifference before={a} after={b} />} />
    </Suspense>
  );
}
