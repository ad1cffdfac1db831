import { activityRouter } from "./routers/activity.ts";
import { enginesRouter } from "./routers/engines.ts";
import { environmentsRouter } from "./routers/environments.ts";
import { fleetsRouter } from "./routers/fleets.ts";
import { insightsRouter } from "./routers/insights.ts";
import { notificationsRouter } from "./routers/notifications.ts";
import { invitationsRouter, peopleRouter } from "./routers/people.ts";
import { plansRouter } from "./routers/plans.ts";
import { releasesRouter } from "./routers/releases.ts";
import { rolloutsRouter } from "./routers/rollouts.ts";
import { runtimeRouter } from "./routers/runtime.ts";
import { sessionRouter } from "./routers/session.ts";
import { setupRouter } from "./routers/setup.ts";
import { ssoRouter } from "./routers/sso.ts";
import { tokensRouter } from "./routers/tokens.ts";
import { createCallerFactory, createRouter } from "./trpc.ts";

export const appRouter = createRouter({
  setup: setupRouter,
  session: sessionRouter,
  environments: environmentsRouter,
  sso: ssoRouter,
  tokens: tokensRouter,
  people: peopleRouter,
  invitations: invitationsRouter,
  engines: enginesRouter,
  fleets: fleetsRouter,
  releases: releasesRouter,
  plans: plansRouter,
  rollouts: rolloutsRouter,
  insights: insightsRouter,
  activity: activityRouter,
  notifications: notificationsRouter,
  runtime: runtimeRouter,
});

/** All that the browser knows of the server. */
export type AppRouter = typeof appRouter;

/** Calls procedures without a transport. */
export const createCaller = createCallerFactory(appRouter);
