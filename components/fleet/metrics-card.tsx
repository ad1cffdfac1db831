"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import type { FleetDetail } from "#domain/live.ts";
import { useWhyNotAllowed } from "#hooks/use-permission.ts";
import { MetricsDialog } from "./metrics-dialog.tsx";
import { describeMetrics } from "./metrics-draft.ts";

/** Where a fleet's evidence comes from, and the way to change it. */
export function MetricsCard({ detail }: { detail: FleetDetail }) {
  const [open, setOpen] = useState(false);
  // Each opening is a dialog of its own: nothing typed for the last one is left.
  const [openings, setOpenings] = useState(0);
  const show = () => {
    setOpenings(openings + 1);
    setOpen(true);
  };
  const forbidden = useWhyNotAllowed("metrics.set", detail.environment);
  const running = detail.activeRollout ? "A rollout is judged by it. Change it when that has ended." : null;
  return (
    <Card title="Metrics source">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-prose text-ink-soft text-sm">{describeMetrics(detail.fleet)}</p>
        <Button onClick={show} disabledReason={forbidden ?? running}>
          Change…
        </Button>
      </div>
      <MetricsDialog key={openings} detail={detail} open={open} onOpenChange={setOpen} />
    </Card>
  );
}
