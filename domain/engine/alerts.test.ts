import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createInstances, type FleetFact, type FleetState } from "../fleet.ts";
import type { Rollout } from "../rollout.ts";
import { createExampleFleet } from "../simulation/example-fleet.ts";
import { Table } from "../table.ts";
import { type AlertInput, createAlertKeeper } from "./alerts.ts";
import { evolveFleet } from "./fleet.ts";
import type { InstanceObservation } from "./observation.ts";

/** What a look finds; all is well where nothing is said. */
interface Look {
  readonly driver?: string;
  readonly balancer?: string;
  readonly ready?: number;
  readonly errorRate?: number | null;
  readonly isBroken?: boolean;
  readonly isActive?: boolean;
}

const instances = createInstances(3, ["a"]);
const unit = { key: "k", releaseId: "1.0", state: "running", startedAt: 0, restarts: 0, address: null, message: null } as const;
const seen = { unit, readySince: 0, probe: "200", rotation: "in", inFlight: 0, cut: 0, next: null, passiveFailed: false } as const;
const active = {} as Rollout;

function toInput(fleet: FleetState, look: Look, now: number): AlertInput {
  const { driver, balancer, ready = 3, errorRate = 0, isBroken = false, isActive = false } = look;
  const views = instances.map(({ id }, index): [string, InstanceObservation] => [id, { ...seen, instanceId: id, ready: index < ready }]);
  const away = (message: string | undefined) => (message === undefined ? null : { message });
  const observation = { driver: away(driver), balancer: away(balancer), instances: Table.from(views) };
  const rest = { evidence: {}, resources: [], freeze: null, hooks: {} };
  return { fleet, observation: { ...observation, ...rest }, active: isActive ? active : null, isBroken, errorRate, now };
}

type Stretch = readonly [seconds: number, look: Look];

/** Looks once a second through stretches of so many seconds; answers what began and ended, and in which second. */
function watch(...stretches: readonly Stretch[]): string[] {
  return factsOf(stretches.flatMap(([seconds, look]) => Array.from({ length: seconds }, () => look))).map(({ second, fact }) =>
    fact.type === "alert.raised" ? `${second} ${fact.alert.kind}: ${fact.alert.text}` : `${second} ${"kind" in fact ? fact.kind : fact.type} ended`,
  );
}

function factsOf(looks: readonly Look[], keeper = createAlertKeeper()): { second: number; fact: FleetFact }[] {
  let fleet = createExampleFleet(instances, "1.0");
  return looks.flatMap((look, second) => {
    const facts = keeper.look(toInput(fleet, look, second * 1_000));
    fleet = facts.reduce(evolveFleet, fleet);
    return facts.map((fact) => ({ second, fact }));
  });
}

const away: Look = { driver: "The engine does not answer." };
const well: Look = {};

describe("an alert is raised when it was so for long enough, and ends when it was well for long enough", () => {
  test.each<[string, Stretch[], string[]]>([
    ["all is well", [[600, well]], []],
    [
      "a driver that is away for a moment",
      [
        [50, away],
        [600, well],
      ],
      [],
    ],
    [
      "a driver that is away",
      [
        [90, away],
        [100, well],
      ],
      ["60 unreachable: The engine does not answer.", "135 unreachable ended"],
    ],
    [
      "a balancer that is away, also while a rollout waits for it",
      [[70, { balancer: "HAProxy is away.", isActive: true }]],
      ["60 unreachable: HAProxy is away."],
    ],
    [
      "one that comes and goes is one alert",
      [
        [70, away],
        [30, well],
        [30, away],
        [30, well],
        [30, away],
        [100, well],
      ],
      ["60 unreachable: The engine does not answer.", "235 unreachable ended"],
    ],
    [
      "one that is only now and then away is one all the same",
      [
        [10, away],
        [20, well],
        [10, away],
        [20, well],
        [10, away],
      ],
      ["60 unreachable: The engine does not answer."],
    ],
    [
      "one that was away twice, long apart, is none",
      [
        [30, away],
        [60, well],
        [40, away],
      ],
      [],
    ],
    [
      "an instance that comes up again",
      [
        [110, { ready: 2 }],
        [600, well],
      ],
      [],
    ],
    ["an instance that does not", [[130, { ready: 2 }]], ["120 not-ready: 1 of 3 instances is not ready."]],
    [
      "one that crashes again and again",
      [
        [40, { ready: 2 }],
        [20, well],
        [40, { ready: 2 }],
        [20, well],
        [40, { ready: 2 }],
      ],
      ["120 not-ready: 1 of 3 instances is not ready."],
    ],
    ["missing instances of a rollout are its own business", [[600, { ready: 0, isActive: true }]], []],
    [
      "what it leaves behind is not",
      [
        [100, { ready: 2, isActive: true }],
        [130, { ready: 2 }],
      ],
      ["220 not-ready: 1 of 3 instances is not ready."],
    ],
    [
      "a rollout that begins meanwhile ends nothing before it has ended",
      [
        [130, { ready: 2 }],
        [200, { ready: 3, isActive: true }],
        [60, well],
      ],
      ["120 not-ready: 1 of 3 instances is not ready.", "375 not-ready ended"],
    ],
    ["of what cannot be seen nothing else is said", [[300, { ...away, ready: 0, errorRate: 1 }]], ["60 unreachable: The engine does not answer."]],
    [
      "failed requests",
      [
        [130, { errorRate: 0.042 }],
        [50, well],
      ],
      ["120 errors: 4.2 % of its requests fail.", "175 errors ended"],
    ],
    [
      "one request that failed, for as long as its minute counts",
      [
        [10, well],
        [61, { errorRate: 1 }],
        [300, well],
      ],
      [],
    ],
    [
      "no requests at all say nothing of whether they would fail",
      [
        [130, { errorRate: 0.042 }],
        [300, { errorRate: null }],
      ],
      ["120 errors: 4.2 % of its requests fail."],
    ],
    [
      "a rule of ours that broke is told at once",
      [[1, { isBroken: true, isActive: true }]],
      ["0 broken: Tideline made a mistake with this rollout and holds the fleet as it is. The server's log says more."],
    ],
  ])("%s", (_, stretches, expected) => expect(watch(...stretches)).toEqual(expected));
});

test("each says since when it has been so", () => {
  const [raised, ended] = factsOf([well, well, ...Array.from({ length: 70 }, () => away), ...Array.from({ length: 60 }, () => well)]);
  expect(raised?.fact).toMatchObject({ alert: { since: 2_000 } });
  expect(ended?.fact).toMatchObject({ since: 2_000, until: 72_000 });
});

test("a new engine goes on with what is raised: it ends it, and does not raise it again", () => {
  let fleet = createExampleFleet(instances, "1.0");
  fleet = evolveFleet(fleet, { type: "alert.raised", alert: { kind: "unreachable", text: "Away.", since: 5_000 } });
  const keeper = createAlertKeeper();
  expect(keeper.look(toInput(fleet, away, 600_000))).toEqual([]);
  expect(keeper.look(toInput(fleet, well, 700_000))).toEqual([]);
  expect(keeper.look(toInput(fleet, well, 745_000))).toEqual([{ type: "alert.ended", kind: "unreachable", since: 5_000, until: 700_000 }]);
});

test("a fact that could not be written comes again", () => {
  const fleet = createExampleFleet(instances, "1.0");
  const keeper = createAlertKeeper();
  keeper.look(toInput(fleet, away, 0));
  expect(keeper.look(toInput(fleet, away, 60_000))).toEqual(keeper.look(toInput(fleet, away, 60_000)));
});

test("whatever comes, each kind is raised and ended in turn, never twice within what counts as calm", () => {
  const look = fc.record({
    driver: fc.option(fc.constant("Away."), { nil: undefined, freq: 3 }),
    ready: fc.integer({ min: 0, max: 3 }),
    errorRate: fc.option(fc.constantFrom(0, 0.5)),
    isActive: fc.boolean(),
  });
  const stretch = fc.tuple(fc.integer({ min: 1, max: 90 }), look).map(([seconds, each]) => Array.from({ length: seconds }, () => each as Look));
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 40 }), (stretches) => {
      const last = new Map<string, { type: string; second: number }>();
      for (const { second, fact } of factsOf(stretches.flat())) {
        const kind = fact.type === "alert.raised" ? fact.alert.kind : "kind" in fact ? fact.kind : "";
        const before = last.get(kind);
        expect(fact.type).toBe(before?.type === "alert.raised" ? "alert.ended" : "alert.raised");
        if (before) expect(second - before.second).toBeGreaterThanOrEqual(45);
        last.set(kind, { type: fact.type, second });
      }
    }),
    { seed: 7, numRuns: 60 },
  );
});
