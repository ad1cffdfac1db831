"use client";

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useMemo, useRef, useState } from "react";
import { v4 as newId } from "uuid";
import type { FleetDetail } from "#domain/live.ts";
import { paths } from "#domain/paths.ts";
import type { Plan } from "#domain/plan.ts";
import { whyNotAllowed } from "#domain/role.ts";
import { failureOf } from "#hooks/failure.ts";
import { useSession } from "#hooks/session.tsx";
import { useTRPC } from "#hooks/trpc.tsx";
import { useProtection } from "#hooks/use-protection.ts";
import { type PreviewFleet, usePlanPreview } from "./use-plan-preview.ts";

const refreshMs = 5_000;

/** What is chosen already when the dialog opens. */
export interface StartPreset {
  readonly releaseId: string;
  readonly planName: string;
}

/** Everything the start dialog asks and sends. Nothing of it is lost when the server refuses. */
export function useStartRollout(fleetId: string, open: boolean, preset: StartPreset | null = null) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [releaseId, setReleaseId] = useState<string | null>(preset?.releaseId ?? null);
  const [planId, setPlanId] = useState<string | null>(null);
  const [acknowledged, setAcknowledged] = useState(false);
  const [chosenSupersede, setSupersede] = useState<Plan["supersede"] | null>(null);
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const { access, grantors } = useSession();
  const commandId = useRef<{ of: string; id: string } | null>(null);

  const fleet = useQuery(trpc.fleets.get.queryOptions({ fleetId }, { enabled: open, refetchInterval: refreshMs }));
  const releases = useQuery(trpc.releases.list.queryOptions({ service: fleet.data?.service ?? "" }, { enabled: open && Boolean(fleet.data) }));
  const plans = useQuery(trpc.plans.list.queryOptions(undefined, { enabled: open }));

  const runningId = fleet.data?.releases[0]?.releaseId ?? fleet.data?.fleet.provenReleaseId ?? null;
  const current = releases.data?.find((release) => release.releaseId === runningId) ?? null;
  const candidates = releases.data?.filter((release) => release.releaseId !== runningId) ?? [];
  // What goes out is a person's choice, unless there is none.
  const incoming = releases.data?.find((release) => release.releaseId === releaseId) ?? (candidates.length === 1 ? candidates[0] : null) ?? null;
  const named = (name: string | undefined) => plans.data?.find((row) => row.name === name);
  const saved = plans.data?.find((row) => row.planId === planId) ?? named(preset?.planName) ?? named("standard") ?? plans.data?.[0] ?? null;
  const supersede = chosenSupersede ?? saved?.plan.supersede ?? "reject";
  const plan = useMemo(() => saved && { ...saved, plan: { ...saved.plan, supersede } }, [saved, supersede]);
  const active = fleet.data?.activeRollout ?? null;
  const isProtected = useProtection(fleet.data?.environment)?.isProtected === true;
  const forbidden = fleet.data ? whyNotAllowed(access, "rollout.start", fleet.data.environment, grantors) : null;

  const check = useQuery(
    trpc.rollouts.check.queryOptions(
      { fleetId, releaseId: incoming?.releaseId ?? "", plan: plan?.plan ?? {} },
      { enabled: open && Boolean(incoming && plan), refetchInterval: refreshMs, placeholderData: keepPreviousData },
    ),
  );
  const shape = useShape(fleet.data);
  const preview = usePlanPreview(open && plan ? plan.plan : null, shape);

  const start = useMutation(trpc.rollouts.start.mutationOptions());
  const send = async () => {
    if (!incoming || !plan) return;
    try {
      const { rolloutId } = await start.mutateAsync({
        commandId: idFor(commandId, `${incoming.releaseId} ${plan.planId} ${plan.version} ${acknowledged} ${supersede} ${reason}`),
        fleetId,
        releaseId: incoming.releaseId,
        plan: plan.plan,
        planName: plan.name,
        acknowledged,
        ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
        ...(isProtected ? { confirm: typed } : {}),
      });
      router.push(paths.rollout(rolloutId));
      // Not awaited: the fleet is busy now, and the dialog should be gone before it says so.
      void queryClient.invalidateQueries(trpc.fleets.pathFilter());
      return true;
    } catch (error) {
      // A refusal is an answer, so the next attempt is a new command; without an answer it stays the same one.
      if (failureOf(error).code !== "unavailable") commandId.current = null;
      void check.refetch();
      void fleet.refetch();
    }
    return false;
  };

  const choose =
    <Value>(set: (value: Value) => void) =>
    (value: Value) => {
      set(value);
      setAcknowledged(false);
      start.reset();
    };
  return {
    fleet,
    releases,
    plans,
    check,
    preview,
    current,
    candidates,
    incoming,
    plan,
    active,
    supersede,
    chooseSupersede: choose(setSupersede),
    reason,
    setReason,
    /** The fleet's name is to be typed. */
    isProtected,
    typed,
    setTyped,
    acknowledged,
    setAcknowledged,
    chooseRelease: choose(setReleaseId),
    choosePlan: choose(setPlanId),
    send,
    sending: start.isPending,
    forbidden,
    refusal: start.error ? failureOf(start.error) : null,
    forgetRefusal: start.reset,
  };
}

/** Twice the same click is one command; another choice is another command. */
function idFor(kept: { current: { of: string; id: string } | null }, of: string): string {
  if (kept.current?.of !== of) kept.current = { of, id: newId() };
  return kept.current.id;
}

const noFleet: PreviewFleet = { name: "this fleet", instances: [], requestsPerSecond: null, errorRate: null };

/** The fleet as the preview sees it, the same object as long as its instances are the same: rates change every second. */
function useShape(detail: FleetDetail | undefined): PreviewFleet {
  const name = detail?.name;
  const instances = detail?.fleet.instances;
  return useMemo(() => (name && instances ? { ...noFleet, name, instances } : noFleet), [name, instances]);
}
