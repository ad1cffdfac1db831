import { readActivityChoices, searchActivity } from "#db/queries/activity.ts";
import type { ActivityChoices, ActivityPage, SearchActivity } from "#domain/activity.ts";
import { authorize } from "#server/auth/authorize.ts";
import type { Context } from "#server/context.ts";

export async function readActivity(ctx: Context, search: SearchActivity): Promise<ActivityPage> {
  authorize(ctx, "audit.read");
  return searchActivity(ctx.services.db, search);
}

/** Who and what the activity can be narrowed to. */
export async function readChoices(ctx: Context): Promise<ActivityChoices> {
  authorize(ctx, "audit.read");
  return readActivityChoices(ctx.services.db);
}
