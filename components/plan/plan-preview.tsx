"use client";

import { FlaskConical } from "lucide-react";
import { memo } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { Select, type SelectOption } from "#components/ui/select.tsx";
import { formatDuration } from "#domain/duration.ts";
import type { Preview } from "#domain/simulation/preview.ts";
import { CourseView, Figures, type FigureText } from "./course-view.tsx";
import { formatCount } from "./plan-sentence.ts";
import { momentAt } from "./preview-lanes.ts";
import type { PlanPreviewResult, PreviewFleet } from "./use-plan-preview.ts";

interface PlanPreviewProps {
  readonly result: PlanPreviewResult;
  readonly fleet: PreviewFleet;
  readonly fleetKey: string;
  readonly fleets: readonly SelectOption<string>[];
  readonly onFleet: (key: string) => void;
  readonly onWhatIf: () => void;
}

/** What the plan would do to a fleet if nothing went wrong, as the engine itself does it. */
export const PlanPreview = memo(function PlanPreview({ result, fleet, fleetKey, fleets, onFleet, onWhatIf }: PlanPreviewProps) {
  const { preview, outdated, reason } = result;
  return (
    <Card
      title="Preview"
      description="When nothing goes wrong."
      flush
      actions={
        <div className="flex min-w-0 max-w-full items-center gap-2 max-sm:w-full">
          <Select aria-label="Fleet to preview on" value={fleetKey} onValueChange={onFleet} options={fleets} className="min-w-0 sm:w-64" />
          <Button onClick={onWhatIf}>
            <FlaskConical aria-hidden />
            What if…
          </Button>
        </div>
      }
    >
      {outdated ? <OutdatedNotice /> : null}
      {preview ? (
        <div className={cn("divide-y divide-line", outdated && "grayscale")}>
          <Figures figures={figuresOf(preview, fleet.instances.length)} />
          <CourseView course={preview} instances={fleet.instances} momentAt={(atMs) => momentAt(preview, atMs)} />
        </div>
      ) : (
        <p className="px-4 py-6 text-ink-soft text-sm">{reason ?? "There is nothing to show until the plan has no errors."}</p>
      )}
    </Card>
  );
});

/** The plan as it is written now cannot be played. */
export function OutdatedNotice() {
  return (
    <p role="status" className="border-line border-b bg-warn-soft px-4 py-2 text-sm text-warn">
      Below is the last plan that works. Correct the errors to see this one.
    </p>
  );
}

function figuresOf(preview: Preview, desired: number): FigureText[] {
  const approvals = preview.batches.filter((batch) => batch.needsApproval).length;
  return [
    { label: "Batches", value: String(preview.batches.length), detail: approvals > 0 ? formatCount(approvals, "approval") : "no approval" },
    { label: "Lowest capacity", value: `${preview.minInRotation} of ${desired}`, detail: `floor ${preview.floor}` },
    {
      label: "Duration, estimated",
      value: formatDuration(preview.durationMs),
      detail: preview.watchMs > 0 ? `then ${formatDuration(preview.watchMs)} of watching` : "no watching after",
    },
  ];
}
