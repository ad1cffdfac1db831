"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useId, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { toast } from "#components/ui/toast.ts";
import { paths } from "#domain/paths.ts";
import { failureOf, messageBeside, type ShownFailure } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { emptyFleet, type FleetDraft, FleetFields, fleetFields, toCreateInput } from "./fleet-fields.tsx";
import { emptyDraft, type ReleaseDraft, toRecordInput } from "./release-draft.ts";
import { ReleaseFields, releaseFields } from "./release-fields.tsx";

/** A fleet begins with its first release: both are asked for in one form and made one after the other. */
export function ConnectFleetDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const formId = useId();
  const [fleet, setFleet] = useState<FleetDraft>(emptyFleet);
  const [release, setRelease] = useState<ReleaseDraft>(emptyDraft);
  const connect = useConnect(() => onOpenChange(false));
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Connect a fleet"
      description="Instances of one service, as processes on this machine, behind Tideline's own load balancer."
      size="large"
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button variant="primary" type="submit" form={formId} pending={connect.isPending}>
            Create fleet with {fleet.instances === "1" ? "1 instance" : `${fleet.instances || "…"} instances`}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="grid gap-6 md:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (!connect.isPending) connect.mutate({ fleet, release });
        }}
      >
        <section className="grid content-start gap-4">
          <h3 className="font-semibold text-sm">Fleet</h3>
          <FleetFields draft={fleet} onChange={setFleet} failure={connect.fleetFailure} />
          <FormProblem message={messageBeside(connect.fleetFailure, fleetFields)} />
        </section>
        <section className="grid content-start gap-4">
          <h3 className="font-semibold text-sm">First release</h3>
          <ReleaseFields draft={release} onChange={setRelease} failure={connect.releaseFailure} />
          <FormProblem message={messageBeside(connect.releaseFailure, [...releaseFields, "service"])} />
        </section>
      </form>
    </Dialog>
  );
}

/** Records the release, then creates the fleet on it. Tried again, an unchanged release is not recorded twice. */
function useConnect(onDone: () => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const recorded = useRef<{ input: string; releaseId: string } | null>(null);
  const [step, setStep] = useState<"release" | "fleet">("release");
  const record = useMutation(trpc.releases.record.mutationOptions());
  const create = useMutation(trpc.fleets.create.mutationOptions());
  const both = useMutation({
    mutationFn: async ({ fleet, release }: { fleet: FleetDraft; release: ReleaseDraft }) => {
      const input = toRecordInput(release, fleet.service);
      const text = JSON.stringify(input);
      setStep("release");
      if (recorded.current?.input !== text) recorded.current = { input: text, releaseId: (await record.mutateAsync(input)).releaseId };
      setStep("fleet");
      return create.mutateAsync(toCreateInput(fleet, recorded.current.releaseId));
    },
    onSuccess: ({ fleetId }) => {
      void queryClient.invalidateQueries(trpc.fleets.list.queryFilter());
      toast("ok", "The fleet is created.", "Its instances are being started.");
      onDone();
      router.push(paths.fleet(fleetId));
    },
  });
  const failure = both.error ? failureOf(both.error) : null;
  const ofRelease = step === "release" ? failure : null;
  return {
    mutate: both.mutate,
    isPending: both.isPending,
    releaseFailure: ofRelease,
    // The service's name is typed among the fleet's fields, whichever step refuses it.
    fleetFailure: step === "fleet" ? failure : onlyService(ofRelease),
  };
}

function onlyService(failure: ShownFailure | null): ShownFailure | null {
  const problems = failure?.problems.filter((problem) => problem.field === "service") ?? [];
  return failure && problems.length > 0 ? { ...failure, problems } : null;
}
