import { finishedMax, readFinished } from "#db/queries/finished-rollouts.ts";
import { computeInsights, type Insights } from "#domain/insights/insights.ts";
import { AskInsights, periodMs } from "#domain/insights/question.ts";
import { createRouter, lister } from "../trpc.ts";

/** `leftOut`: more rollouts ended in the period than are looked at; the newest are. */
export interface InsightsAnswer extends Insights {
  readonly leftOut: boolean;
}

export const insightsRouter = createRouter({
  read: lister.input(AskInsights).query(async ({ ctx, input: { period, environment } }): Promise<InsightsAnswer> => {
    const { db, engine } = ctx.services;
    const environments = ctx.environments.filter((each) => environment === undefined || each === environment);
    const finished = await readFinished(db, { since: engine.now() - periodMs(period), environments });
    return { ...computeInsights(finished, periodMs(period)), leftOut: finished.length === finishedMax };
  }),
});
