"use client";

import { useQuery } from "@tanstack/react-query";
import { ListChecks, Plus } from "lucide-react";
import Link from "next/link";
import { ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { Ago } from "#components/ui/time.tsx";
import { paths } from "#domain/paths.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { describeBatches, describeRest } from "./plan-sentence.ts";

/** Every saved plan, with what it does in a sentence. */
export function PlanList() {
  const trpc = useTRPC();
  const plans = useQuery(trpc.plans.list.queryOptions());
  if (plans.isPending)
    return (
      <Card flush>
        <SkeletonRows rows={3} label="Reading the plans" />
      </Card>
    );
  if (plans.isError) return <ErrorState title="The plans could not be read." failure={failureOf(plans.error)} onRetry={() => void plans.refetch()} />;
  if (plans.data.length === 0)
    return (
      <Card flush>
        <EmptyState icon={<ListChecks />} title="No plan yet" action={<NewPlanLink />}>
          A plan says how a release reaches a fleet: in which batches, how long each is watched, and what happens when it goes wrong.
          <span className="md:hidden"> Write one on a wider screen.</span>
        </EmptyState>
      </Card>
    );
  return (
    <Card flush>
      <Table caption="Plans">
        <thead>
          <tr>
            <Th>Name</Th>
            <Th className="max-sm:hidden">Batches</Th>
            <Th number className="max-sm:pr-4">
              Version
            </Th>
            <Th className="max-sm:hidden">Updated</Th>
          </tr>
        </thead>
        <tbody>
          {plans.data.map((row) => (
            <Tr key={row.planId} className="relative hover:bg-hover">
              <Td className="max-w-64 font-medium max-sm:max-w-none">
                <Link
                  data-row
                  href={paths.plan(row.planId)}
                  className="block truncate text-accent underline-offset-2 after:absolute after:inset-0 hover:underline"
                >
                  {row.name}
                </Link>
                <span className="font-normal text-ink-soft sm:hidden">{describeBatches(row.plan)}</span>
              </Td>
              <Td className="min-w-72 text-ink-soft max-sm:hidden">
                {describeBatches(row.plan)}
                <span className="block text-ink-faint text-xs empty:hidden">{describeRest(row.plan).join(" ")}</span>
              </Td>
              <Td number className="max-sm:pr-4">
                {row.version}
              </Td>
              <Td className="whitespace-nowrap text-ink-soft max-sm:hidden">
                <Ago at={row.updatedAt} /> by {row.updatedBy}
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

export function NewPlanLink() {
  return (
    <ButtonLink href={paths.newPlan()} variant="primary" className="max-md:hidden">
      <Plus aria-hidden />
      New plan
    </ButtonLink>
  );
}
