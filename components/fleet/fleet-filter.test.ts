import { expect, test } from "vitest";
import type { FleetSummary } from "#domain/live.ts";
import { type FleetFilter, filterFleets, parseFleetState } from "./fleet-filter.ts";

const shop: FleetSummary = {
  fleetId: "1",
  name: "shop-eu",
  service: "shop",
  environment: "production",
  desired: 3,
  ready: 3,
  inRotation: 3,
  releases: [{ releaseId: "r", name: "2.4", count: 3 }],
  requestsPerSecond: null,
  errorRate: null,
  latencyMsP99: null,
  errorRates: [],
  latenciesMsP99: [],
  activeRollout: null,
  queuedRollout: null,
  lastRollout: null,
  unreachable: null,
  alerts: [],
};
const search: FleetSummary = { ...shop, fleetId: "2", name: "search", service: "search", environment: "staging", ready: 1 };
const found = (filter: Partial<FleetFilter>) => filterFleets([shop, search], { text: "", state: "", ...filter }).map(({ name }) => name);

test("every word is looked for in name, service and releases", () => {
  expect(found({ text: "SHOP 2.4" })).toEqual(["shop-eu"]);
  expect(found({ text: "shop 9" })).toEqual([]);
});

test("the state narrows it further", () => {
  expect(found({ state: "attention" })).toEqual(["search"]);
  expect(found({ state: "steady" })).toEqual(["shop-eu"]);
  expect(found({ state: "rolling" })).toEqual([]);
});

test("an unknown state in the address is none", () => expect(parseFleetState("on fire")).toBe(""));
