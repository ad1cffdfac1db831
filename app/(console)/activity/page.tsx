import { Suspense } from "react";
import { ActivityPage } from "#components/activity/activity-page.tsx";

export default function ActivityRoute() {
  return (
    <Suspense>
      <ActivityPage />
    </Suspense>
  );
}
