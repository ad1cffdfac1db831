"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChartNoAxesCombined } from "lucide-react";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { finishedMin } from "#domain/insights/insights.ts";
import { AskInsights, type Period, periodNames, periods } from "#domain/insights/question.ts";
import { paths } from "#domain/paths.ts";
import { useChosenEnvironment } from "#hooks/chosen-environment.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useAddress } from "#hooks/use-address.ts";
import { InsightFigures } from "./insight-figures.tsx";
import { InsightLists } from "./insight-lists.tsx";

const periodLabels: Readonly<Record<Period, string>> = { "7d": "7 days", "30d": "30 days", "90d": "90 days", "365d": "A year" };
const names = ["period"] as const;
const widest = "365d" satisfies Period;

/** How releases get to the fleets, over a time that one chooses. */
export function InsightsPage() {
  const trpc = useTRPC();
  const { values, set } = useAddress(names);
  const { environment } = useChosenEnvironment();
  const parsed = AskInsights.safeParse({ period: values.period || undefined, environment: environment || undefined });
  // An address that somebody wrote by hand may ask for what there is not.
  const asked = parsed.success ? parsed.data : AskInsights.parse({});
  const insights = useQuery(trpc.insights.read.queryOptions(asked, { placeholderData: keepPreviousData, staleTime: 10_000 }));
  const { data } = insights;
  return (
    <Page
      wide
      title="Insights"
      meta={
        data && data.finished > 0
          ? `From ${data.finished} rollouts that ended in the last ${periods[asked.period]} days.`
          : "How releases get to the fleets."
      }
      actions={
        <fieldset aria-label="Period" className="flex rounded-md border border-line bg-surface p-0.5">
          {periodNames.map((period) => (
            <button
              key={period}
              type="button"
              aria-pressed={period === asked.period}
              onClick={() => set({ period })}
              className={cn(
                "h-7 rounded-sm px-2 text-xs pointer-coarse:h-9",
                period === asked.period ? "bg-accent-soft font-medium text-accent" : "text-ink-soft hover:bg-hover hover:text-ink",
              )}
            >
              {periodLabels[period]}
            </button>
          ))}
        </fieldset>
      }
    >
      {insights.isPending ? (
        <Card flush>
          <SkeletonRows rows={6} label="insights" />
        </Card>
      ) : null}
      {insights.error && !data ? (
        <ErrorState title="The insights could not be read." failure={failureOf(insights.error)} onRetry={() => void insights.refetch()} />
      ) : null}
      {data && data.finished < finishedMin ? (
        <Card>
          <EmptyState
            icon={<ChartNoAxesCombined />}
            title={`Insights need at least ${finishedMin} finished rollouts; you have ${data.finished}.`}
            action={
              asked.period === widest ? (
                <ButtonLink variant="primary" href={paths.rollouts()}>
                  See the rollouts
                </ButtonLink>
              ) : (
                <Button onClick={() => set({ period: widest })}>Look at a whole year</Button>
              )
            }
          >
            {asked.environment ? `Counted are those of ${asked.environment}` : "Counted are those"} that ended in the last {periods[asked.period]}{" "}
            days. Fewer say more about chance than about how you work.
          </EmptyState>
        </Card>
      ) : null}
      {data && data.finished >= finishedMin ? (
        <>
          {data.leftOut ? (
            <p className="numbers mb-3 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
              There are more rollouts than are looked at: these figures are of the newest {data.finished}. Choose a shorter period, or an environment.
            </p>
          ) : null}
          <InsightFigures insights={data} />
          <InsightLists insights={data} />
        </>
      ) : null}
    </Page>
  );
}
