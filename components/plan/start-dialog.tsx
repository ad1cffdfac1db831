"use client";

import { Play } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { paths } from "#domain/paths.ts";
import { failureOf, messageBeside, problemAt } from "#hooks/failure.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { useProtection } from "#hooks/use-protection.ts";
import { describeBatches, describeRest, formatCount } from "./plan-sentence.ts";
import { StartHeld } from "./start-held.tsx";
import { StartReleases } from "./start-releases.tsx";
import { StartReview } from "./start-review.tsx";
import { startLabel } from "./start-words.ts";
import { Notice, SupersedeChoice } from "./supersede-choice.tsx";
import { type StartPreset, useStartRollout } from "./use-start-rollout.ts";
import { describeFirstBatchWait } from "./window-words.ts";

interface StartDialogProps {
  readonly fleetId: string;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** What is chosen already when it opens. */
  readonly preset?: StartPreset | null;
}

type Start = ReturnType<typeof useStartRollout>;

/** Chooses a release and a plan, shows what they will do, and starts the rollout. */
export function StartDialog({ fleetId, open, onOpenChange, preset }: StartDialogProps) {
  const start = useStartRollout(fleetId, open, preset);
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
            {check.data ? startLabel(check.data, check.data.active) : "Start"}
          </Button>
        </>
      }
    >
      <StartBody start={start} />
    </Dialog>
  );
}

function StartBody({ start }: { start: Start }) {
  const { fleet, releases, plans, candidates, incoming, plan, refusal } = start;
  const broken = [fleet, releases, plans].find((query) => query.isError && !query.data);
  if (broken) return <ErrorState title="The start could not be prepared." failure={failureOf(broken.error)} onRetry={() => void broken.refetch()} />;
  if (!fleet.data || !releases.data || !plans.data) return <SkeletonRows rows={5} label="Reading releases and plans" />;
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
  // What becomes of an active rollout is chosen below.
  const rest = describeRest({ ...plan.plan, supersede: "reject" });
  return (
    <div className="flex flex-col gap-5">
      <Step title="Release">
        <Field label="Release" error={problemAt(refusal, "releaseId")}>
          <Select
            value={incoming?.releaseId ?? null}
            placeholder="Choose the release to roll out…"
            onValueChange={start.chooseRelease}
            options={releases.data.map((release) => ({ value: release.releaseId, label: labelOf(release, start) }))}
          />
        </Field>
        {incoming ? <StartReleases current={start.current} incoming={incoming} /> : null}
        {start.check.data?.held && incoming ? (
          <StartHeld
            held={start.check.data.held}
            releaseName={incoming.name}
            reason={start.reason}
            error={problemAt(refusal, "reason")}
            onReason={start.setReason}
          />
        ) : null}
      </Step>
      <Step title="Plan">
        <Field
          label="Plan"
          error={problemAt(refusal, "plan", { below: true }) ?? problemAt(refusal, "planName")}
          hint={
            <>
              {describeBatches(plan.plan)} {rest.length > 0 ? `${rest.join(" ")} ` : ""}
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
      {start.active ? (
        <Step title="Active rollout">
          <SupersedeChoice
            active={start.active}
            queued={fleet.data.queuedRollout}
            target={incoming?.name ?? "the new release"}
            value={start.supersede}
            onChange={start.chooseSupersede}
          />
        </Step>
      ) : null}
      <ApprovalNotice start={start} />
      <FirstBatchWait start={start} />
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
          {start.isProtected ? (
            <Field
              label={`Type ${fleet.data.name} to confirm`}
              hint={`${fleet.data.environment} is protected.`}
              error={problemAt(refusal, "confirm")}
            >
              <Input value={start.typed} onChange={(event) => start.setTyped(event.target.value)} autoComplete="off" spellCheck={false} />
            </Field>
          ) : null}
        </Step>
      ) : null}
    </div>
  );
}

function labelOf(release: { readonly releaseId: string; readonly name: string }, { current, fleet }: Start): string {
  if (release.releaseId === current?.releaseId) return `${release.name} (runs now)`;
  return release.releaseId === fleet.data?.held?.releaseId ? `${release.name} (held)` : release.name;
}

/** Said before the start, for the rollout would otherwise seem to hang. */
function FirstBatchWait({ start: { fleet, plan, check } }: { start: Start }) {
  const now = useEngineNow();
  if (now === 0 || !fleet.data || !plan || check.data?.outcome === "queues") return null;
  const words = describeFirstBatchWait(plan.plan.windows, fleet.data.freeze, now);
  return words === null ? null : <Notice>{words}</Notice>;
}

/** Said before it is asked for: who will have to approve. */
function ApprovalNotice({ start: { fleet, check } }: { start: Start }) {
  const protection = useProtection(fleet.data?.environment);
  if (!protection || check.data?.outcome !== "asks") return null;
  const names = protection.approvers.map(({ name }) => name).join(", ");
  return (
    <Notice>
      {protection.environment} is protected: nothing is touched before a second person approves, within 4 hours. There {names} may, though nobody
      their own start.
    </Notice>
  );
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-3">
      {children}
    </section>
  );
}

/** What the server refused and no field says: beside the button that was pressed. */
function RefusalText({ start }: { start: Start }) {
  const message = messageBeside(start.refusal, ["releaseId", "plan", "planName", "reason", "confirm"]);
  return (
    <p role="alert" className="min-w-0 flex-1 basis-60 text-bad text-sm empty:basis-0 max-sm:order-last max-sm:empty:grow-0">
      {message}
    </p>
  );
}

function whyNotStart({ fleet, incoming, plan, check, acknowledged, reason, forbidden, isProtected, typed }: Start): string | null {
  if (forbidden) return forbidden;
  if (!fleet.data || !incoming) return "Choose a release first.";
  if (!plan) return "Choose a plan first.";
  if (!check.data || check.isPlaceholderData) return check.isError ? "The start could not be checked." : "The start is being checked.";
  if (check.data.findings.some((finding) => finding.severity === "error")) return "The plan does not fit this fleet; the review says why.";
  if (check.data.refusal) return check.data.refusal;
  if (check.data.held && reason.trim() === "") return `${incoming.name} is held; say why it is rolled out again.`;
  if (check.data.needsAcknowledgement && !acknowledged) return "Confirm in the review that you know the state of the fleet.";
  if (isProtected && typed !== fleet.data.name) return `Type ${fleet.data.name} to confirm.`;
  return null;
}
