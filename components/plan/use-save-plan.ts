"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "#components/ui/toast.ts";
import { paths } from "#domain/paths.ts";
import type { Plan } from "#domain/plan.ts";
import { failureOf, type ShownFailure } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { compactPlan, type PlanForm, readPlan } from "./plan-form.ts";
import { type FieldProblem, formPath } from "./plan-problems.ts";

export interface SavedPlan {
  readonly planId: string;
  readonly name: string;
  readonly version: number;
  readonly plan: Plan;
}

/** Saves the fields as a new version. A refusal stands at its field until the fields change, and nothing is lost. */
export function useSavePlan(
  saved: SavedPlan | null,
  values: PlanForm,
  told: { readonly onSaved: (values: PlanForm) => void; readonly onRefused: (field: string) => void },
) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const mutation = useMutation(trpc.plans.save.mutationOptions());
  const [refused, setRefused] = useState<{ failure: ShownFailure; text: string } | null>(null);

  const text = JSON.stringify(values);
  const failure = refused?.text === text ? refused.failure : null;
  const problems = failure ? problemsOf(failure) : [];

  const save = async (form: PlanForm) => {
    const { plan, name } = readPlan(form);
    if (!plan || name === null) return;
    setRefused(null);
    try {
      const answer = await mutation.mutateAsync({ ...(saved ? { planId: saved.planId } : {}), name, plan: compactPlan(plan) });
      told.onSaved(form);
      toast("ok", `Saved ${name}, version ${answer.version}.`);
      await queryClient.invalidateQueries(trpc.plans.pathFilter());
      if (!saved) router.replace(paths.plan(answer.planId));
    } catch (error) {
      const answer = failureOf(error);
      setRefused({ failure: answer, text: JSON.stringify(form) });
      const [first] = problemsOf(answer);
      if (first) told.onRefused(first.field);
    }
  };

  return { save, pending: mutation.isPending, problems, message: failure && problems.length === 0 ? failure.message : null };
}

/** The server's problems at the fields of the form. */
function problemsOf(failure: ShownFailure): FieldProblem[] {
  return failure.problems.map(({ field, message }) => ({ severity: "error", field: formPath(field.replace(/^plan\./, "")), message }));
}
