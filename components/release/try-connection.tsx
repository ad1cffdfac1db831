"use client";

import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { CheckSteps } from "#components/instance/check-steps.tsx";
import { Button } from "#components/ui/button.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import type { CheckStep } from "#domain/check-step.ts";
import { failureOf, messageBeside, type ShownFailure } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { type BalancerDraft, balancerFields, toOutsideBalancer } from "./balancer-draft.ts";
import { besideEngine, type EngineDraft, toDriver } from "./engine-draft.ts";

interface TryProps<Draft> {
  readonly environment: string;
  readonly draft: Draft;
  /** The fields of what is tried: they are given what was refused of them. */
  readonly children: (refused: ShownFailure | null) => ReactNode;
}

/** Asks a Docker engine, as it is typed, for everything that a fleet would need of it. */
export function TryEngine({ environment, draft, children }: TryProps<EngineDraft>) {
  const trial = useMutation(useTRPC().engines.check.mutationOptions());
  const onTry = () => trial.mutate({ environment: environment.trim(), driver: toDriver(draft) });
  return (
    <Trial trial={trial} of={JSON.stringify(draft)} beside={besideEngine} onTry={onTry}>
      {children}
    </Trial>
  );
}

/** The same of a load balancer outside; for Tideline's own there is nothing to try. */
export function TryBalancer({ environment, draft, children }: TryProps<BalancerDraft>) {
  const trial = useMutation(useTRPC().fleets.testBalancer.mutationOptions());
  const balancer = toOutsideBalancer(draft);
  if (!balancer) return children(null);
  const onTry = () => trial.mutate({ environment: environment.trim(), balancer });
  return (
    <Trial trial={trial} of={JSON.stringify(draft)} beside={besideBalancer} onTry={onTry}>
      {children}
    </Trial>
  );
}

const besideBalancer = Object.values(balancerFields);

interface TrialProps extends Pick<TryProps<unknown>, "children"> {
  readonly trial: {
    readonly data: readonly CheckStep[] | undefined;
    readonly error: unknown;
    readonly isPending: boolean;
    readonly reset: () => void;
  };
  /** What is tried: an answer about something else is not shown. */
  readonly of: string;
  /** What the fields say themselves. */
  readonly beside: readonly string[];
  readonly onTry: () => void;
}

function Trial({ trial, of, beside, onTry, children }: TrialProps) {
  const { reset } = trial;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is tried has changed, so its answer is none any more.
  useEffect(() => reset(), [of, reset]);
  const refused = trial.error ? failureOf(trial.error) : null;
  return (
    <>
      {children(refused)}
      <div className="grid gap-3">
        <div>
          <Button size="small" onClick={onTry} pending={trial.isPending}>
            Test connection
          </Button>
        </div>
        {/* The field may be out of sight. */}
        <FormProblem message={refused && (messageBeside(refused, beside) ?? "It was not tried: see the fields that are marked above.")} />
        {trial.data ? <CheckSteps steps={trial.data} /> : null}
      </div>
    </>
  );
}
