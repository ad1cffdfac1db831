"use client";

import { useQuery } from "@tanstack/react-query";
import { Circle, CircleCheck } from "lucide-react";
import { useState } from "react";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import type { FleetSummary } from "#domain/live.ts";
import { paths } from "#domain/paths.ts";
import { readStored, writeStored } from "#hooks/stored.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useWhyNotAllowed } from "#hooks/use-permission.ts";

const storageKey = "tideline-first-steps";
const away = "away";
const readMs = 30_000;

/** What is left between a new console and the first rollout, for whoever sets it up. Goes when all is done, or when it is put away. */
export function FirstSteps({ fleets }: { fleets: readonly FleetSummary[] }) {
  const [isAway, setAway] = useState(() => readStored(storageKey) === away);
  const notTheirs = useWhyNotAllowed("person.invite");
  const steps = useSteps(fleets, !isAway && notTheirs === null);
  if (isAway || notTheirs || !steps || steps.every(({ isDone }) => isDone)) return null;
  const next = steps.find(({ isDone }) => !isDone);
  const putAway = () => {
    setAway(true);
    writeStored(storageKey, away);
  };
  return (
    <Card
      title="First steps"
      description={`${steps.filter(({ isDone }) => isDone).length} of ${steps.length} done`}
      actions={
        <Button variant="ghost" size="small" onClick={putAway}>
          Put away
        </Button>
      }
      flush
    >
      <ol className="divide-y divide-line lg:flex lg:divide-x lg:divide-y-0">
        {steps.map((step) => (
          <li
            key={step.label}
            className={cn(
              "flex items-center gap-3 px-4 py-2.5 lg:flex-1 lg:basis-0 lg:flex-col lg:items-start lg:gap-2",
              step.isDone && "max-sm:hidden",
            )}
          >
            <p className="flex min-w-0 flex-1 items-start gap-2 text-sm">
              {step.isDone ? (
                <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
              ) : (
                <Circle aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-faint" />
              )}
              <span className={cn(step.isDone ? "text-ink-soft" : "font-medium")}>
                <span className="sr-only">{step.isDone ? "Done: " : "To do: "}</span>
                {step.label}
              </span>
            </p>
            {step.isDone ? null : (
              <ButtonLink href={step.href} size="small" variant={step === next ? "primary" : "secondary"}>
                {step.action}
              </ButtonLink>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}

interface Step {
  readonly label: string;
  readonly isDone: boolean;
  readonly action: string;
  readonly href: string;
}

/** Null until known: nothing is offered that was done already. */
function useSteps(fleets: readonly FleetSummary[], isAsked: boolean): readonly Step[] | null {
  const trpc = useTRPC();
  const asked = { staleTime: readMs, enabled: isAsked };
  const [first] = fleets;
  const releases = useQuery(
    trpc.releases.list.queryOptions({ service: first?.service ?? "" }, { ...asked, enabled: isAsked && first !== undefined }),
  ).data;
  const plans = useQuery(trpc.plans.list.queryOptions(undefined, asked)).data;
  const rolled = useQuery(trpc.rollouts.choices.queryOptions(undefined, asked)).data;
  const people = useQuery(trpc.people.list.queryOptions(undefined, asked)).data;
  const invited = useQuery(trpc.invitations.list.queryOptions(undefined, asked)).data;
  if (!first || !releases || !plans || !rolled || !people || !invited) return null;
  const hasRolled = rolled.fleets.length > 0 || first.activeRollout !== null;
  return [
    { label: "Connect a fleet", isDone: true, action: "Connect", href: paths.home() },
    { label: "Record a second release", isDone: hasRolled || releases.length > 1, action: "Open the fleet", href: paths.fleet(first.fleetId) },
    { label: "Make a plan", isDone: plans.length > 0, action: "New plan", href: paths.newPlan() },
    { label: "Roll out", isDone: hasRolled, action: "Open the fleet", href: paths.fleet(first.fleetId) },
    { label: "Invite a colleague", isDone: people.length > 1 || invited.length > 0, action: "Invite", href: paths.people() },
  ];
}
