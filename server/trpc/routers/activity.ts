import { type ActivityChoices, type ActivityPage, SearchActivity } from "#domain/activity.ts";
import { readActivity, readChoices } from "#server/catalog/read-activity.ts";
import { createRouter, procedure } from "../trpc.ts";

export const activityRouter = createRouter({
  search: procedure.input(SearchActivity).query(({ ctx, input }): Promise<ActivityPage> => readActivity(ctx, input)),
  choices: procedure.query(({ ctx }): Promise<ActivityChoices> => readChoices(ctx)),
});
