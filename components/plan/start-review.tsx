"use client";

import { Checkbox } from "#components/ui/checkbox.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import type { Finding } from "#domain/engine/lint.ts";
import type { ShownFailure } from "#hooks/failure.ts";
import { PlanProblemList } from "./plan-problem-list.tsx";
import { formPath } from "./plan-problems.ts";
import { PreviewBatches } from "./preview-batches.tsx";
import type { PlanPreviewResult } from "./use-plan-preview.ts";

export interface StartCheck {
  readonly findings: readonly Finding[];
  readonly needsAcknowledgement: string | null;
  /** Why the server would refuse it; null when it would not. */
  readonly refusal: string | null;
  readonly batches: number;
  /** Instances that would change. */
  readonly instances: number;
}

interface StartReviewProps {
  readonly check: StartCheck | null;
  readonly pending: boolean;
  readonly failure: ShownFailure | null;
  readonly onRetry: () => void;
  readonly preview: PlanPreviewResult;
  /** Instances of the fleet. */
  readonly desired: number;
  readonly acknowledged: boolean;
  readonly onAcknowledge: (acknowledged: boolean) => void;
}

/** What will happen and what speaks against it, as the server sees the fleet right now. */
export function StartReview({ check, pending, failure, onRetry, preview, desired, acknowledged, onAcknowledge }: StartReviewProps) {
  if (failure) return <ErrorState title="This start could not be checked." failure={failure} onRetry={onRetry} />;
  if (pending || !check) return <SkeletonRows rows={3} label="Checking the start" />;
  // The simulation moves a whole fleet; of one that is half way only the server's count is true.
  const whole = check.instances === desired ? preview.preview : null;
  const findings = check.findings.map((finding) => ({ ...finding, field: formPath(finding.field) }));
  return (
    <div className="flex flex-col gap-4">
      <p className="numbers text-sm">
        {check.instances < desired ? `${check.instances} of ${desired} instances change; the others run this release already.` : null}
        {whole ? (
          <>
            At least <strong className="font-semibold">{whole.minInRotation}</strong> of {desired} instances serve at every moment; the floor is{" "}
            {whole.floor}.
          </>
        ) : null}
      </p>
      <PlanProblemList problems={findings} />
      {check.refusal && findings.every(({ severity }) => severity !== "error") ? (
        <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad text-sm">
          {check.refusal}
        </p>
      ) : null}
      {check.needsAcknowledgement ? (
        <div className="rounded-md border border-line border-l-4 border-l-warn bg-warn-soft px-4 py-3">
          <p className="mb-2 text-sm">{check.needsAcknowledgement}</p>
          <Checkbox checked={acknowledged} onCheckedChange={onAcknowledge}>
            I know. Start anyway, and take this as the baseline.
          </Checkbox>
        </div>
      ) : null}
      {whole ? (
        <div className="overflow-hidden rounded-md border border-line">
          <PreviewBatches course={whole} />
        </div>
      ) : null}
    </div>
  );
}
