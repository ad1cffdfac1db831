import { expect, test } from "vitest";
import type { FleetMetrics } from "../fleet.ts";
import type { PlanInput } from "../plan.ts";
import type { Rollout } from "../rollout.ts";
import { PrometheusSettings } from "../settings/prometheus.ts";
import { Table } from "../table.ts";
import { questionOf } from "./counts-question.ts";
import type { InstanceObservation, Observation, UnitView } from "./observation.ts";
import { foldEvents, startedInstance, startedWith, toEvents } from "./rollout-testing.ts";

const errors = { bad: 'failed{r="{{release}}"}', total: 'all{r="{{release}}"}' };
const settings = PrometheusSettings.parse({ source: "prometheus", url: "http://prometheus", errors });
const basket = { name: "basket", bad: 'lost{r="{{release}}"}', total: 'baskets{r="{{release}}"}' };

/** Of i0 and i1 on 1.0, and i2 on a 0.9 that is left over. */
function rolloutTo(plan: PlanInput): Rollout {
  const releases = { i0: "v1", i1: "v1", i2: "v0" };
  const instances = Object.entries(releases).map(([instanceId, releaseId]) => startedInstance({ instanceId, releaseId }));
  return foldEvents(toEvents([startedWith({ plan, instances, releaseNames: { v0: "0.9", v1: "1.0", v2: "1.1" } })]));
}

function unit(releaseId: string, readySince: number | null, rotation: UnitView["rotation"] = "in"): UnitView {
  const running = { key: "k", releaseId, state: "running", startedAt: 0, restarts: 0, address: null, message: null } as const;
  return { unit: running, ready: readySince !== null, readySince, probe: null, rotation, inFlight: 0, cut: 0 };
}

function seen(...units: readonly (readonly [UnitView, UnitView | null])[]): Observation {
  const rows = units.map(([first, next], index): [string, InstanceObservation] => [
    `i${index}`,
    { instanceId: `i${index}`, ...first, next, passiveFailed: false },
  ]);
  return { driver: null, balancer: null, instances: Table.from(rows), evidence: {}, resources: [], freeze: null, hooks: {} };
}

const ask = (plan: PlanInput, metrics: FleetMetrics = settings, observation = seen()) => questionOf({ metrics }, rolloutTo(plan), observation);

test("the fleet's own counts and the plan's metrics are asked for, by the names that the evidence has", () => {
  const depth = { name: "depth", value: 'depth{r="{{release}}"}', max: 5 };
  expect(ask({ metrics: { custom: [basket, depth] } })?.queries).toEqual([
    { metric: "errors", ...errors },
    { metric: "custom-basket", bad: basket.bad, total: basket.total },
    { metric: "custom-depth", value: depth.value },
  ]);
});

test.each<[string, PlanInput, FleetMetrics]>([
  ["the fleet has no other source than its balancer", { metrics: { custom: [basket] } }, { source: "embedded" }],
  ["the plan looks at nothing", { metrics: false }, settings],
  ["the plan leaves errors out and has no metric of its own", { metrics: { errors: false } }, settings],
  ["neither says what to ask", {}, { ...settings, errors: null }],
])("nothing is asked when %s", (_, plan, metrics) => {
  expect(ask(plan, metrics)).toBeNull();
});

test("asked about are the release, and those that it replaces; what is neither is not", () => {
  const observation = seen([unit("v1", 500), unit("v2", 900)], [unit("v1", 300), null], [unit("v0", 100), null]);
  expect(ask({}, settings, observation)?.releases).toEqual([
    { releaseId: "v1", name: "1.0", arm: "old", servesSince: 300 },
    { releaseId: "v2", name: "1.1", arm: "new", servesSince: 900 },
  ]);
});

test.each([
  ["out of rotation", unit("v2", 100, "out")],
  ["draining", unit("v2", 100, "draining")],
  ["not ready", unit("v2", null)],
])("a unit that is %s does not serve", (_, view) => {
  expect(ask({}, settings, seen([view, null]))?.releases.find(({ releaseId }) => releaseId === "v2")?.servesSince).toBeNull();
});
