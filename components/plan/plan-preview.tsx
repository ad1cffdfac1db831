"use client";

import { memo, type ReactNode, useState } from "react";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { Select, type SelectOption } from "#components/ui/select.tsx";
import { formatDuration } from "#domain/duration.ts";
import type { Preview } from "#domain/simulation/preview.ts";
import { formatCount } from "./plan-sentence.ts";
import { PreviewBatches } from "./preview-batches.tsx";
import { PreviewMatrix } from "./preview-matrix.tsx";
import { PreviewScrub } from "./preview-scrub.tsx";
import { PreviewTimeline, TimelineLegend } from "./preview-timeline.tsx";
import type { PlanPreviewResult, PreviewFleet } from "./use-plan-preview.ts";

interface PlanPreviewProps {
  readonly result: PlanPreviewResult;
  readonly fleet: PreviewFleet;
  readonly fleetKey: string;
  readonly fleets: readonly SelectOption<string>[];
  readonly onFleet: (key: string) => void;
}

/** What the plan would do to a fleet if nothing went wrong, as the engine itself does it. */
export const PlanPreview = memo(function PlanPreview({ result, fleet, fleetKey, fleets, onFleet }: PlanPreviewProps) {
  const { preview, outdated, reason } = result;
  return (
    <Card
      title="Preview"
      flush
      actions={<Select aria-label="Fleet to preview on" value={fleetKey} onValueChange={onFleet} options={fleets} className="w-64 max-w-full" />}
    >
      {outdated ? (
        <p role="status" className="border-line border-b bg-warn-soft px-4 py-2 text-sm text-warn">
          Below is the last plan that works. Correct the errors to see this one.
        </p>
      ) : null}
      {preview ? (
        <PreviewBody preview={preview} fleet={fleet} dimmed={outdated} />
      ) : (
        <p className="px-4 py-6 text-ink-soft text-sm">{reason ?? "There is nothing to show until the plan has no errors."}</p>
      )}
    </Card>
  );
});

function PreviewBody({ preview, fleet, dimmed }: { preview: Preview; fleet: PreviewFleet; dimmed: boolean }) {
  const [atMs, setAtMs] = useState(0);
  const at = Math.min(atMs, preview.durationMs);
  const desired = fleet.instances.length;
  return (
    <div className={cn("divide-y divide-line", dimmed && "grayscale")}>
      <Figures preview={preview} desired={desired} />
      <Part title="Timeline and serving capacity">
        <PreviewTimeline preview={preview} desired={desired} atMs={at} />
        <TimelineLegend preview={preview} />
      </Part>
      <Part title="Instances, by batch">
        <PreviewScrub preview={preview} desired={desired} atMs={at} onMove={setAtMs} />
        <PreviewMatrix preview={preview} instances={fleet.instances} atMs={at} />
      </Part>
      <PreviewBatches preview={preview} />
    </div>
  );
}

function Figures({ preview, desired }: { preview: Preview; desired: number }) {
  const approvals = preview.batches.filter((batch) => batch.needsApproval).length;
  return (
    <dl className="grid grid-cols-2 gap-px bg-line sm:grid-cols-3">
      <Figure label="Batches" value={String(preview.batches.length)} detail={approvals > 0 ? formatCount(approvals, "approval") : "no approval"} />
      <Figure label="Lowest capacity" value={`${preview.minInRotation} of ${desired}`} detail={`floor ${preview.floor}`} />
      <Figure
        label="Duration, estimated"
        value={formatDuration(preview.durationMs)}
        detail={preview.watchMs > 0 ? `then ${formatDuration(preview.watchMs)} of watching` : "no watching after"}
      />
    </dl>
  );
}

function Figure({ label, value, detail }: { label: string; value: string; detail: string }) {
  return (
    <div className="bg-surface px-4 py-3 last:col-span-2 sm:last:col-span-1">
      <dt className="text-ink-faint text-xs">{label}</dt>
      <dd className="numbers">
        <span className="block font-semibold text-xl">{value}</span>
        <span className="text-ink-soft text-xs">{detail}</span>
      </dd>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      <h3 className="font-medium text-ink-soft text-xs">{title}</h3>
      {children}
    </div>
  );
}
