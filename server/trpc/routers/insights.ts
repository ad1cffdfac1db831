import { finishedMax, readFinished } from "#db/queries/finished-rollouts.ts";
import { computeInsights, type Insights } from "#domain/insights/insights.ts";
import { AskInsights, periodMs } from "#domain/insights/question.ts";
import { createRouter, reader } from "../trpc.ts";

/** `leftOut`: more rollouts ended in the period than are looked at; the newest are. */
export interface InsightsAnswer extends Insights {
  readonly leftOut: boolean;
}

export const insightsRouter = createRouter({
  read: reader.input(AskInsights).query(async ({ ctx, input: { period, environment } }): Promise<InsightsAnswer> => {
    const { db, engine } = ctx.services;
    const finished = await readFinished(db, { since: engine.now() - periodMs(period), environment });
    return { ...computeInsights(finished, periodMs(period)), leftOut: finished.length === finishedMax };
  }),
});
