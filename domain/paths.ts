import type { SsoProblemCode } from "./sso.ts";

/** Every URL of the console, in one place. */
export const paths = {
  home: () => "/",
  login: () => "/login",
  /** The sign-in page, saying why signing in through the provider came to nothing. */
  loginAfter: (problem: SsoProblemCode, next = "/") => `/login?${new URLSearchParams({ problem, ...(next === "/" ? {} : { next }) })}`,
  /** Leads to the provider, by way of the server: open it with a full load. */
  startSso: (next: string | null) => `/api/auth/sso/start${next === null ? "" : `?${new URLSearchParams({ next })}`}`,
  testSso: () => "/api/auth/sso/start?test",
  setup: () => "/setup",
  invite: () => "/invite",
  fleet: (fleetId: string) => `/fleets/${fleetId}`,
  /** The fleet's page with the start dialog open, this release and plan chosen. */
  startRollout: (fleetId: string, releaseId: string, planName: string) =>
    `/fleets/${fleetId}?${new URLSearchParams({ start: releaseId, plan: planName })}`,
  plans: () => "/plans",
  plan: (planId: string) => `/plans/${planId}`,
  newPlan: () => "/plans/new",
  rollouts: () => "/rollouts",
  /** The history, narrowed: names and values as its address has them. */
  rolloutsWhere: (filter: Readonly<Record<string, string>>) => `/rollouts?${new URLSearchParams(filter)}`,
  compareRollouts: (one: string, other: string) => `/rollouts/compare?${new URLSearchParams({ a: one, b: other })}`,
  rollout: (rolloutId: string) => `/rollouts/${rolloutId}`,
  /** What a rollout was judged by, as a file to compute again: one metric, or all. */
  evidenceFile: (rolloutId: string, test?: string) =>
    `/api/rollouts/${rolloutId}/evidence.json${test === undefined ? "" : `?${new URLSearchParams({ metric: test })}`}`,
  /** The rollout's page, asking whether to roll back. */
  askRollBack: (rolloutId: string) => `/rollouts/${rolloutId}?ask=rollBack`,
  insights: () => "/insights",
  activity: () => "/activity",
  /** The audit as a file, narrowed as the activity is: names and values as its address has them. */
  activityFile: (format: "jsonl" | "csv", filter: Readonly<Record<string, string>>) => `/api/activity.${format}?${new URLSearchParams(filter)}`,
  settings: () => "/settings",
  people: () => "/settings/people",
  tokens: () => "/settings/tokens",
  sso: () => "/settings/sign-on",
  notifications: () => "/settings/notifications",
} as const;
