/** Every URL of the console, in one place. */
export const paths = {
  home: () => "/",
  login: () => "/login",
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
  rollout: (rolloutId: string) => `/rollouts/${rolloutId}`,
  /** What a rollout was judged by, as a file to compute again: one metric, or all. */
  evidenceFile: (rolloutId: string, test?: string) =>
    `/api/rollouts/${rolloutId}/evidence.json${test === undefined ? "" : `?${new URLSearchParams({ metric: test })}`}`,
  /** The rollout's page, asking whether to roll back. */
  askRollBack: (rolloutId: string) => `/rollouts/${rolloutId}?ask=rollBack`,
  settings: () => "/settings",
  people: () => "/settings/people",
} as const;
