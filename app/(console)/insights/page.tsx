import { Suspense } from "react";
import { InsightsPage } from "#components/insights/insights-page.tsx";

export default function InsightsRoute() {
  return (
    <Suspense>
      <InsightsPage />
    </Suspense>
  );
}
