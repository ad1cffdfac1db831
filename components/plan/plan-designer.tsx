"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { Ago } from "#components/ui/time.tsx";
import { paths } from "#domain/paths.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { PlanEditor } from "./plan-editor.tsx";
import { toPlanForm } from "./plan-form.ts";
import { planTemplates } from "./plan-templates.ts";

const breadcrumb = [{ label: "Plans", href: paths.plans() }];
const newForm = toPlanForm("", planTemplates.find((template) => template.key === "standard")?.plan ?? {});

export function NewPlan() {
  return (
    <Page title="New plan" breadcrumb={breadcrumb} meta={<span className="max-md:hidden">The preview runs the engine itself, on every change.</span>}>
      <PlanEditor saved={null} initial={newForm} />
    </Page>
  );
}

export function PlanDesigner({ planId }: { planId: string }) {
  const trpc = useTRPC();
  const plan = useQuery(trpc.plans.get.queryOptions({ planId }));
  const saved = plan.data;
  const initial = useMemo(() => (saved ? toPlanForm(saved.name, saved.plan) : newForm), [saved]);
  if (plan.isPending)
    return (
      <Page title="Plan" breadcrumb={breadcrumb}>
        <div role="status" className="grid gap-4 lg:grid-cols-[minmax(0,28rem)_minmax(0,1fr)]">
          <span className="sr-only">Reading the plan…</span>
          <Skeleton className="h-[40rem]" />
          <Skeleton className="h-[40rem]" />
        </div>
      </Page>
    );
  if (!saved)
    return (
      <Page title="Plan" breadcrumb={breadcrumb}>
        <ErrorState
          title="The plan could not be read."
          failure={failureOf(plan.error)}
          onRetry={() => void plan.refetch()}
          wayOut={<ButtonLink href={paths.plans()}>All plans</ButtonLink>}
        />
      </Page>
    );
  return (
    <Page
      title={saved.name}
      breadcrumb={breadcrumb}
      badges={<Badge>version {saved.version}</Badge>}
      meta={
        <>
          Saved <Ago at={saved.updatedAt} /> by {saved.updatedBy}
        </>
      }
    >
      <PlanEditor key={planId} saved={saved} initial={initial} versions={saved.versions} />
    </Page>
  );
}
