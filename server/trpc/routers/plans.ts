import { z } from "zod";
import { getPlan, listPlans, type PlanDetail, type PlanRow } from "#db/queries/plans.ts";
import { Id } from "#domain/names.ts";
import { SavePlan, savePlan } from "#server/catalog/save-plan.ts";
import { createRouter, procedure, wideReader } from "../trpc.ts";

const planReader = wideReader("plan.read");

export const plansRouter = createRouter({
  list: planReader.query(({ ctx }): Promise<PlanRow[]> => listPlans(ctx.services.db)),
  get: planReader.input(z.object({ planId: Id })).query(({ ctx, input }): Promise<PlanDetail> => getPlan(ctx.services.db, input.planId)),
  save: procedure.input(SavePlan).mutation(({ ctx, input }): Promise<{ planId: string; version: number }> => savePlan(ctx, input)),
});
