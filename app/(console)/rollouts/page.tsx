import { Suspense } from "react";
import { HistoryPage } from "#components/history/history-page.tsx";

export default function RolloutsPage() {
  return (
    <Suspense>
      <HistoryPage />
    </Suspense>
  );
}
