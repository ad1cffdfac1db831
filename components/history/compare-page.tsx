"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowLeftRight, GitCompareArrows } from "lucide-react";
import type { ReactNode } from "react";
import { ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { paths } from "#domain/paths.ts";
import type { Plan } from "#domain/plan.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useAddress } from "#hooks/use-address.ts";
import { CompareEvidence } from "./compare-evidence.tsx";
import { CompareFacts } from "./compare-facts.tsx";
import { CompareTimings } from "./compare-timings.tsx";
import { CompareTraffic } from "./compare-traffic.tsx";

const names = ["a", "b"] as const;
const breadcrumb = [{ label: "Rollouts", href: paths.rollouts() }];

interface ComparePageProps {
  /** In which fields two plans differ. */
  readonly planDifference: (a: Plan, b: Plan) => ReactNode;
}

/** Two rollouts beside each other: plan, times, failures, evidence, traffic. */
export function ComparePage({ planDifference }: ComparePageProps) {
  const { values } = useAddress(names);
  const [a, b] = [useCompared(values.a), useCompared(values.b)];
  const failed = [a, b].find(({ error }) => error);
  const bothNamed = values.a !== "" && values.b !== "";
  return (
    <Page
      wide
      title="Comparison"
      breadcrumb={breadcrumb}
      actions={
        bothNamed ? (
          <ButtonLink size="small" href={paths.compareRollouts(values.b, values.a)} replace>
            <ArrowLeftRight aria-hidden />
            Swap
          </ButtonLink>
        ) : null
      }
    >
      {bothNamed ? null : <Unchosen />}
      {failed ? (
        <ErrorState
          title="These rollouts could not be read."
          failure={failureOf(failed.error)}
          onRetry={failed.retry}
          wayOut={<ButtonLink href={paths.rollouts()}>All rollouts</ButtonLink>}
        />
      ) : null}
      {bothNamed && !failed && (!a.compared || !b.compared) ? (
        <Card flush>
          <SkeletonRows rows={8} label="two rollouts" />
        </Card>
      ) : null}
      {a.compared && b.compared && !failed ? (
        <div className="space-y-4">
          <CompareFacts a={a.compared} b={b.compared} />
          <CompareTimings a={a.compared.record.phases} b={b.compared.record.phases} />
          <CompareEvidence a={a.compared.rollout} b={b.compared.rollout} />
          <Card title="Plans" description="Where that of A differs from that of B">
            {planDifference(a.compared.rollout.plan, b.compared.rollout.plan)}
          </Card>
          <CompareTraffic a={a.compared.rollout} b={b.compared.rollout} />
        </div>
      ) : null}
    </Page>
  );
}

function useCompared(rolloutId: string) {
  const trpc = useTRPC();
  const asked = { rolloutId };
  const rollout = useQuery(trpc.rollouts.get.queryOptions(asked, { enabled: rolloutId !== "" }));
  const record = useQuery(trpc.rollouts.record.queryOptions(asked, { enabled: rolloutId !== "" }));
  return {
    compared: rollout.data && record.data ? { rollout: rollout.data, record: record.data } : null,
    error: rollout.error ?? record.error,
    retry: () => {
      void rollout.refetch();
      void record.refetch();
    },
  };
}

function Unchosen() {
  return (
    <Card>
      <EmptyState
        icon={<GitCompareArrows />}
        title="Two rollouts are needed."
        action={
          <ButtonLink variant="primary" href={paths.rollouts()}>
            Choose them
          </ButtonLink>
        }
      >
        Tick two rollouts in the list, then compare them.
      </EmptyState>
    </Card>
  );
}
