import { eq, sql } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import { expect, test } from "vitest";
import { fleetStream } from "#db/queries/events.ts";
import { notification, notificationDestination } from "#db/schema/notifications.ts";
import { event, rollout } from "#db/schema/rollouts.ts";
import { evolveFleet } from "#domain/engine/fleet.ts";
import type { FleetFact, FleetState } from "#domain/fleet.ts";
import { Destination } from "#domain/notification.ts";
import { FleetBench } from "#server/testing/fleet-bench.ts";

const bench = FleetBench.open();
const away = "The engine does not answer.";

async function insertDestination(): Promise<void> {
  const scope = { type: "fleet", fleetId: bench.fleet.fleetId };
  const definition = Destination.parse({ kind: "slack", name: "on-call", url: "env:TIDELINE_SECRET_SLACK", scope, about: ["attention"] });
  await bench.db
    .insert(notificationDestination)
    .values({ destinationId: uuid(), environment: bench.fleet.environment, fleetId: bench.fleet.fleetId, definition });
}

async function told(): Promise<string[]> {
  const rows = await bench.db.select({ notice: notification.notice }).from(notification).orderBy(notification.notificationId);
  return rows.filter(({ notice }) => notice.fleetId === bench.fleet.fleetId).map(({ notice }) => `${notice.happened}. ${notice.why}`);
}

/** What the fleet's events alone make of what is raised. */
async function foldAlerts(): Promise<FleetState["alerts"]> {
  const rows = await bench.db
    .select({ data: event.data })
    .from(event)
    .where(eq(event.stream, fleetStream(bench.fleet.fleetId)))
    .orderBy(event.seq);
  const { fleet } = await bench.row();
  const empty: FleetState = { fleet, assigned: {}, held: null, freeze: null, alerts: [] };
  return rows.reduce((state, { data }) => evolveFleet(state, data as FleetFact), empty).alerts;
}

test("a fleet that cannot be reached is told of once, in the transaction of its event, and that it answers again", async () => {
  await insertDestination();
  const engine = await bench.startEngine();
  await engine.run(async () => bench.world.inRotation() === 4);
  bench.world.driverDown = away;
  const since = bench.clock.now();
  await engine.run(async () => (await told()).length > 0);
  expect(bench.clock.now() - since).toBeLessThan(70_000);
  expect((await bench.row()).alerts).toMatchObject([{ kind: "unreachable", text: away }]);
  expect(await foldAlerts()).toEqual((await bench.row()).alerts);
  await engine.run(async () => bench.clock.now() - since > 300_000);
  expect(await told()).toEqual([expect.stringMatching(/^Cannot be reached\. The engine does not answer\. It has been so for 1 min/)]);
  bench.world.driverDown = null;
  await engine.run(async () => (await told()).length > 1);
  expect((await told())[1]).toMatch(/^Answers again\. It could not be reached for 5 min/);
  expect((await bench.row()).alerts).toEqual([]);
  expect(await foldAlerts()).toEqual([]);
});

test("a rollout goes on over it, and what it turned back from by itself is told", async () => {
  await insertDestination();
  const { rolloutId } = await bench.start(bench.fresh, { soak: "20m" });
  const engine = await bench.startEngine();
  await engine.run(async () => (await bench.rollout(rolloutId)).batches[0]?.settledAt != null);
  bench.world.driverDown = away;
  await engine.run(async () => (await told()).length === 1);
  bench.world.driverDown = null;
  await engine.run(async () => (await told()).length === 2);
  expect(await bench.statusOf(rolloutId)).toBe("running");
  bench.world.lose("i0");
  await engine.run(bench.hasEnded(rolloutId));
  expect(await told()).toEqual([
    expect.stringMatching(/^Cannot be reached\./),
    expect.stringMatching(/^Answers again\./),
    expect.stringMatching(/^Rolling back\./),
    expect.stringMatching(/^Rolled back from 1\.1\./),
  ]);
});

test("a rule of ours that broke on a rollout is told at once", async () => {
  await insertDestination();
  const { rolloutId } = await bench.start(bench.fresh);
  // No state that any event leads to.
  await bench.db
    .update(rollout)
    .set({ state: sql`jsonb_set(${rollout.state}, '{limits}', 'null')` })
    .where(eq(rollout.rolloutId, rolloutId));
  const engine = await bench.startEngine();
  await engine.run(async () => (await told()).length > 0);
  expect(await told()).toEqual([expect.stringMatching(/^Held: a rule of the engine broke\. Tideline made a mistake/)]);
  expect((await bench.row()).alerts).toMatchObject([{ kind: "broken" }]);
});
