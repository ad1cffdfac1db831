/** Every URL of the console, in one place. */
export const paths = {
  home: () => "/",
  login: () => "/login",
  setup: () => "/setup",
  fleet: (fleetId: string) => `/fleets/${fleetId}`,
  plans: () => "/plans",
  plan: (planId: string) => `/plans/${planId}`,
  newPlan: () => "/plans/new",
  rollouts: () => "/rollouts",
  rollout: (rolloutId: string) => `/rollouts/${rolloutId}`,
  settings: () => "/settings",
} as const;
