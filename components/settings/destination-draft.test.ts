import { expect, test } from "vitest";
import type { ListedDestination } from "#domain/notification.ts";
import { noAccess } from "#domain/role.ts";
import { emptyDestination, placesOf, toDestination, toDestinationDraft } from "./destination-draft.ts";

const scope = { type: "environment", environment: "production" } as const;
const state = { waiting: 0, lastDeliveredAt: null, failingSince: null, failsForLong: false, lastError: null, nextTryAt: 0, lost: 0 };
const listed = (destination: ListedDestination["destination"]): ListedDestination => ({
  destinationId: "d1",
  destination,
  environment: "production",
  fleetName: null,
  state,
});

test.each<[string, ListedDestination["destination"]]>([
  ["a webhook", { kind: "webhook", name: "ops", url: "https://example.com/x", key: "env:TIDELINE_SECRET_KEY", scope, about: ["attention", "ends"] }],
  ["Slack, of one fleet", { kind: "slack", name: "ops", url: "file:/run/secrets/slack", scope: { type: "fleet", fleetId: "f1" }, about: ["ends"] }],
])("%s is the same after it was looked at", (_, destination) => {
  expect(toDestination(toDestinationDraft(listed(destination)))).toEqual(destination);
});

test("of no rollouts at all there is no destination yet", () => {
  expect(toDestination({ ...emptyDestination, name: "ops" })).toBeNull();
});

test("one chooses among the places where one is an admin", () => {
  const access = { ...noAccess, roles: { production: "admin", staging: "operator" } } as const;
  const fleets = [
    { fleetId: "f1", name: "shop", environment: "production" },
    { fleetId: "f2", name: "shop-staging", environment: "staging" },
  ];
  expect(placesOf(access, ["production", "staging"], fleets)).toEqual([
    { value: "environment production", label: "All fleets in production" },
    { value: "fleet f1", label: "shop in production" },
  ]);
});
