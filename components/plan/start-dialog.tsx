"use client";

import { Play } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import type { RolloutSummary } from "#domain/live.ts";
import { paths } from "#domain/paths.ts";
import { failureOf, messageBeside, problemAt } from "#hooks/failure.ts";
import { describeBatches, formatCount } from "./plan-sentence.ts";
import { StartReleases } from "./start-releases.tsx";
import { StartReview } from "./start-review.tsx";
import { useStartRollout } from "./use-start-rollout.ts";

interface StartDialogProps {
  readonly fleetId: string;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

type Start = ReturnType<typeof useStartRollout>;

/** Chooses a release and a plan, shows what they will do, and starts the rollout. */
export function StartDialog({ fleetId, open, onOpenChange }: StartDialogProps) {
  const start = useStartRollout(fleetId, open);
  const { fleet, check } = start;
  const confirm = async () => {
    if (await start.send()) onOpenChange(false);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="large"
      title={fleet.data ? `Roll out to ${fleet.data.name}` : "Roll out"}
      description={fleet.data ? `${formatCount(fleet.data.desired, "instance")} in ${fleet.data.environment}` : undefined}
      footer={
        <>
          <RefusalText start={start} />
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button variant="primary" onClick={() => void confirm()} pending={start.sending} disabledReason={whyNotStart(start)}>
            <Play aria-hidden />
            {check.data && !start.busy
              ? `Start: ${formatCount(check.data.instances, "instance")} in ${formatCount(check.data.batches, "batch", "batches")}`
              : "Start"}
          </Button>
        </>
      }
    >
      <StartBody start={start} />
    </Dialog>
  );
}

function StartBody({ start }: { start: Start }) {
  const { fleet, releases, plans, candidates, incoming, plan, busy, refusal } = start;
  const broken = [fleet, releases, plans].find((query) => query.isError && !query.data);
  if (broken) return <ErrorState title="The start could not be prepared." failure={failureOf(broken.error)} onRetry={() => void broken.refetch()} />;
  if (!fleet.data || !releases.data || !plans.data) return <SkeletonRows rows={5} label="Reading releases and plans" />;
  if (busy) return <Busy rollout={busy} />;
  if (candidates.length === 0 && !incoming)
    return (
      <EmptyState title={`No release of ${fleet.data.service} but the one that runs`}>
        Record a new release on the fleet's page, then roll it out.
      </EmptyState>
    );
  if (!plan)
    return (
      <EmptyState title="No plan yet" action={<ButtonLink href={paths.newPlan()}>New plan</ButtonLink>}>
        A plan says in which batches the release goes out.
      </EmptyState>
    );
  return (
    <div className="flex flex-col gap-5">
      <Step title="Release">
        <Field label="Release" error={problemAt(refusal, "releaseId")}>
          <Select
            value={incoming?.releaseId ?? null}
            placeholder="Choose the release to roll out…"
            onValueChange={start.chooseRelease}
            options={releases.data.map((release) => ({
              value: release.releaseId,
              label: release.releaseId === start.current?.releaseId ? `${release.name} (runs now)` : release.name,
            }))}
          />
        </Field>
        {incoming ? <StartReleases current={start.current} incoming={incoming} /> : null}
      </Step>
      <Step title="Plan">
        <Field
          label="Plan"
          error={problemAt(refusal, "plan", { below: true }) ?? problemAt(refusal, "planName")}
          hint={
            <>
              {describeBatches(plan.plan)}{" "}
              <Link href={paths.plan(plan.planId)} className="text-accent underline underline-offset-2">
                Open the plan
              </Link>
            </>
          }
        >
          <Select
            value={plan.planId}
            onValueChange={start.choosePlan}
            options={plans.data.map((row) => ({ value: row.planId, label: `${row.name}, version ${row.version}` }))}
          />
        </Field>
      </Step>
      {incoming ? (
        <Step title="Review">
          <StartReview
            check={start.check.data ?? null}
            pending={start.check.isPending}
            failure={start.check.error && !start.check.data ? failureOf(start.check.error) : null}
            onRetry={() => void start.check.refetch()}
            preview={start.preview}
            desired={fleet.data.desired}
            acknowledged={start.acknowledged}
            onAcknowledge={start.setAcknowledged}
          />
        </Step>
      ) : null}
    </div>
  );
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-3">
      {children}
    </section>
  );
}

function Busy({ rollout }: { rollout: RolloutSummary }) {
  return (
    <div role="alert" className="flex flex-col items-start gap-2 rounded-md border border-line border-l-4 border-l-warn px-4 py-3">
      <p className="font-medium">
        {rollout.fleetName} is already rolling out {rollout.releaseName}.
      </p>
      <p className="text-ink-soft text-sm">
        A fleet has one active rollout at most: {rollout.updated} of {rollout.desired} instances are updated. Wait for it, or roll it back or cancel
        it on its page.
      </p>
      <ButtonLink href={paths.rollout(rollout.rolloutId)} size="small">
        Open the active rollout
      </ButtonLink>
    </div>
  );
}

/** What the server refused and no field says: beside the button that was pressed. */
function RefusalText({ start }: { start: Start }) {
  const message = messageBeside(start.refusal, ["releaseId", "plan", "planName"]);
  return (
    <p role="alert" className="min-w-0 flex-1 basis-60 text-bad text-sm empty:basis-0">
      {message}
    </p>
  );
}

function whyNotStart({ fleet, busy, incoming, plan, check, acknowledged }: Start): string | null {
  if (busy) return `${busy.fleetName} is already rolling out ${busy.releaseName}.`;
  if (!fleet.data || !incoming) return "Choose a release first.";
  if (!plan) return "Choose a plan first.";
  if (!check.data) return check.isError ? "The start could not be checked." : "The start is being checked.";
  if (check.data.instances === 0) return `Every instance runs ${incoming.name} already.`;
  if (check.data.findings.some((finding) => finding.severity === "error")) return "The plan does not fit this fleet; the review says why.";
  if (check.data.needsAcknowledgement && !acknowledged) return "Confirm in the review that you know the state of the fleet.";
  return null;
}
