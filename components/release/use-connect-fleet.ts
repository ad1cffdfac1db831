"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { toast } from "#components/ui/toast.ts";
import { paths } from "#domain/paths.ts";
import type { AdoptedContainer } from "#domain/settings/docker.ts";
import { failureOf, type ShownFailure } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { toAdopted } from "./adoption.ts";
import { toAnyInput } from "./any-draft.ts";
import { adoptionOf, type ConnectDraft } from "./connect-draft.ts";
import { toDriver, toEngine } from "./engine-draft.ts";
import { toCreateInput } from "./fleet-fields.tsx";
import { useRecordRelease } from "./use-record-release.ts";

/** Records the release, then creates the fleet on it. Tried again, an unchanged release is not recorded twice; containers to adopt are looked at first. */
export function useConnectFleet(onDone: () => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const recorded = useRef<{ input: string; releaseId: string } | null>(null);
  const [step, setStep] = useState<"release" | "fleet">("release");
  const record = useRecordRelease();
  const checkAdoption = useMutation(trpc.engines.checkAdoption.mutationOptions());
  const create = useMutation(trpc.fleets.create.mutationOptions());
  const both = useMutation({
    mutationFn: async (draft: ConnectDraft) => {
      const { fleet, engine, balancer, release } = draft;
      const isDocker = release.kind === "container";
      const input = toAnyInput(release, fleet.service, isDocker ? toEngine(engine) : undefined);
      const text = JSON.stringify(input);
      const driver = isDocker ? { ...toDriver(engine), ...toAdoption(draft) } : ({ type: "process" } as const);
      if (driver.type === "docker" && driver.adopted) {
        // Before the release is recorded, which is for good: containers may listen at another port than was thought.
        setStep("fleet");
        await checkAdoption.mutateAsync({ environment: fleet.environment.trim(), driver });
      }
      setStep("release");
      if (recorded.current?.input !== text) recorded.current = { input: text, releaseId: (await record.mutateAsync(input)).releaseId };
      setStep("fleet");
      return create.mutateAsync(toCreateInput(fleet, { driver, balancer }, recorded.current.releaseId));
    },
    onSuccess: ({ fleetId }, draft) => {
      void queryClient.invalidateQueries(trpc.fleets.list.queryFilter());
      toast("ok", "The fleet is created.", adoptionOf(draft) ? "Its containers go on as they are." : "Its instances are being started.");
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
    // The service's name and the engine are typed among the fleet's fields, whichever step refuses them.
    fleetFailure: step === "fleet" ? failure : onlyOfFleet(ofRelease),
  };
}

function toAdoption(draft: ConnectDraft): { readonly adopted?: AdoptedContainer[] } {
  const adoption = adoptionOf(draft);
  return adoption && draft.release.kind === "container" ? { adopted: toAdopted(adoption, Number(draft.release.fields.port)) } : {};
}

function onlyOfFleet(failure: ShownFailure | null): ShownFailure | null {
  const problems = (failure?.problems ?? []).flatMap(({ field, message }) => {
    if (field === "service") return [{ field, message }];
    return field === "engine" || field.startsWith("engine.") ? [{ field: `driver.${field}`, message }] : [];
  });
  return failure && problems.length > 0 ? { ...failure, problems } : null;
}
