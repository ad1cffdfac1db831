"use client";

import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { CheckSteps } from "#components/instance/check-steps.tsx";
import { Button } from "#components/ui/button.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import type { CheckStep } from "#domain/check-step.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { type BalancerDraft, toOutsideBalancer } from "./balancer-draft.ts";
import { type EngineDraft, toDriver } from "./engine-draft.ts";

/** Asks a Docker engine, as it is typed, for everything that a fleet would need of it. */
export function TryEngine({ environment, draft }: { environment: string; draft: EngineDraft }) {
  const trial = useMutation(useTRPC().engines.check.mutationOptions());
  return <Trial trial={trial} of={JSON.stringify(draft)} onTry={() => trial.mutate({ environment: environment.trim(), driver: toDriver(draft) })} />;
}

/** The same of a load balancer outside; nothing for Tideline's own. */
export function TryBalancer({ environment, draft }: { environment: string; draft: BalancerDraft }) {
  const trial = useMutation(useTRPC().fleets.testBalancer.mutationOptions());
  const balancer = toOutsideBalancer(draft);
  if (!balancer) return null;
  return <Trial trial={trial} of={JSON.stringify(draft)} onTry={() => trial.mutate({ environment: environment.trim(), balancer })} />;
}

interface TrialProps {
  readonly trial: {
    readonly data: readonly CheckStep[] | undefined;
    readonly error: unknown;
    readonly isPending: boolean;
    readonly reset: () => void;
  };
  /** What is tried: an answer about something else is not shown. */
  readonly of: string;
  readonly onTry: () => void;
}

function Trial({ trial, of, onTry }: TrialProps) {
  const { reset } = trial;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is tried has changed, so its answer is none any more.
  useEffect(() => reset(), [of, reset]);
  return (
    <div className="grid gap-3">
      <div>
        <Button size="small" onClick={onTry} pending={trial.isPending}>
          Test connection
        </Button>
      </div>
      <FormProblem message={trial.error ? problemsOf(trial.error) : null} />
      {trial.data ? <CheckSteps steps={trial.data} /> : null}
    </div>
  );
}

/** Here no field says it: what was typed is tried before it is sent. */
function problemsOf(error: unknown): string {
  const { message, problems } = failureOf(error);
  return problems.length > 0 ? problems.map((problem) => problem.message).join(" ") : message;
}
