import { type Delivery, type ListedDestination, OneDestination, SaveDestination, TestDestination } from "#domain/notification.ts";
import { listDestinations, removeDestination, saveDestination, testDestination } from "#server/catalog/notifications.ts";
import { createRouter, procedure } from "../trpc.ts";

export const notificationsRouter = createRouter({
  /** Only those that the caller may set. */
  list: procedure.query(({ ctx }): Promise<ListedDestination[]> => listDestinations(ctx)),
  save: procedure.input(SaveDestination).mutation(({ ctx, input }): Promise<{ destinationId: string }> => saveDestination(ctx, input)),
  remove: procedure.input(OneDestination).mutation(({ ctx, input }): Promise<{ ok: true }> => removeDestination(ctx, input)),
  test: procedure.input(TestDestination).mutation(({ ctx, input }): Promise<Delivery> => testDestination(ctx, input)),
});
