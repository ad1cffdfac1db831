import type { RolloutNotice } from "#domain/notice.ts";

/** A notice of a rollout that is about nothing in the database. */
export const exampleNotice: RolloutNotice = {
  about: ["attention"],
  rolloutId: "0198c0de-0000-7000-8000-000000000001",
  seq: 7,
  at: Date.UTC(2030, 0, 2, 3, 4, 5),
  fleetId: "0198c0de-0000-7000-8000-0000000000f1",
  fleet: "shop-production",
  service: "shop",
  environment: "production",
  release: "1.1",
  status: "paused",
  happened: "Paused: a decision is needed",
  why: "It said no.",
  next: "Resume, roll back or cancel.",
};
