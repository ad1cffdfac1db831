"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { CheckSteps } from "#components/instance/check-steps.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { RadioGroup } from "#components/ui/radio.tsx";
import { toast } from "#components/ui/toast.ts";
import type { FleetDetail } from "#domain/live.ts";
import { failureOf, messageBeside } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useFleetCommand } from "#hooks/use-fleet-command.ts";
import { type MetricsDraft, metricsFields, secretField, toDraft, toMetrics } from "./metrics-draft.ts";
import { MetricsFields } from "./metrics-fields.tsx";

interface MetricsDialogProps {
  readonly detail: FleetDetail;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** Who counts for the evidence of the next rollouts. What is typed can be tried out before it is kept. */
export function MetricsDialog({ detail, open, onOpenChange }: MetricsDialogProps) {
  const trpc = useTRPC();
  const [draft, setDraft] = useState<MetricsDraft>(() => toDraft(detail.fleet.metrics));
  const { send, pending, refused } = useFleetCommand(detail.fleetId);
  const trial = useMutation(trpc.fleets.testMetrics.mutationOptions());
  const [asked, setAsked] = useState<"trial" | "save">("save");
  const failure = asked === "save" ? refused : trial.error ? failureOf(trial.error) : null;
  const change = (next: MetricsDraft) => {
    setDraft(next);
    trial.reset();
  };
  const metrics = toMetrics(draft);
  const tryOut = () => {
    if (metrics.source !== "prometheus") return;
    setAsked("trial");
    trial.mutate({ fleetId: detail.fleetId, metrics });
  };
  const save = async () => {
    setAsked("save");
    if (!(await send({ type: "setMetrics", metrics }))) return;
    onOpenChange(false);
    toast("ok", "The metrics source is set.", "It counts from the next rollout on.");
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="large"
      title={`Metrics source of ${detail.name}`}
      description="Who counts what both releases do, so that they can be compared. Charts always show the balancer's counts."
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          {draft.source === "prometheus" ? (
            <Button onClick={tryOut} pending={trial.isPending}>
              Test
            </Button>
          ) : null}
          <Button variant="primary" onClick={() => void save()} pending={pending}>
            Save
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <RadioGroup
          label="Source"
          value={draft.source}
          onValueChange={(source) => change({ ...draft, source })}
          options={[
            { value: "embedded", label: "The fleet's own balancer", hint: "Sees every request, second by second. Nothing to set." },
            { value: "prometheus", label: "Prometheus", hint: "For failures that only the service sees, and for a plan's own metrics." },
          ]}
        />
        {draft.source === "prometheus" ? <MetricsFields draft={draft} onChange={change} failure={failure} /> : null}
        <FormProblem message={messageBeside(failure, [...Object.values(metricsFields), secretField(draft.auth)])} />
        {trial.data ? <CheckSteps steps={trial.data} /> : null}
      </div>
    </Dialog>
  );
}
