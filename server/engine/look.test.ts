import { pino } from "pino";
import { expect, test } from "vitest";
import type { Database } from "#db/client.ts";
import type { FleetRow } from "#db/queries/fleets.ts";
import { Failure } from "#domain/failure.ts";
import { createInstances } from "#domain/fleet.ts";
import { createExampleFleet } from "#domain/simulation/example-fleet.ts";
import { createFakeWorld } from "#server/testing/fake-world.ts";
import { createTestClock } from "#server/testing/test-clock.ts";
import { createLooker } from "./look.ts";
import { portsOf } from "./ports.ts";

const { fleet } = createExampleFleet(createInstances(1, ["a"]), "1.0");

/** A looker without the lease, which asks for what is there and changes nothing; its driver throws what the test says. */
function createBench() {
  const clock = createTestClock();
  const lines: { readonly level: number; readonly part?: string; readonly err?: { readonly message: string; readonly stack: string } }[] = [];
  const ports = portsOf(createFakeWorld({ clock }).connect().ports, fleet);
  const bench = { error: null as unknown };
  const driver = {
    ...ports.driver,
    observe: async (...asked: Parameters<typeof ports.driver.observe>) => {
      if (bench.error !== null) throw bench.error;
      return ports.driver.observe(...asked);
    },
  };
  const lease = { fleetId: fleet.fleetId, token: 1, downMs: null, isValid: () => false, leftMs: () => 0 };
  const log = pino({ level: "error" }, { write: (line) => void lines.push(JSON.parse(line)) });
  const looker = createLooker({ db: {} as Database, ports: { ...ports, driver }, lease, clock, log });
  return { lines, look: () => looker.look({ fleet, seq: 0 } as FleetRow), fail: (error: unknown) => void (bench.error = error) };
}

test("a mistake of an adapter counts as unreachable, and is logged once with its cause until the adapter answers again", async () => {
  const { lines, look, fail } = createBench();
  fail(new TypeError("no such field", { cause: new Error("the answer was empty") }));
  for (let count = 0; count < 3; count += 1) expect((await look()).driver?.message).toBe("The driver cannot be reached.");
  expect(lines).toMatchObject([{ part: "driver", err: { message: "no such field: the answer was empty" } }]);
  fail(null);
  await look();
  fail(new TypeError("again"));
  await look();
  expect(lines).toHaveLength(2);
});

test("a world that says in its own words why it cannot be reached is no mistake", async () => {
  const { lines, look, fail } = createBench();
  fail(new Failure("unavailable", "The local runtime does not answer."));
  expect((await look()).driver?.message).toBe("The local runtime does not answer.");
  expect(lines).toEqual([]);
});
