import { afterAll, beforeAll, expect, test } from "vitest";
import { connectDatabase } from "#db/client.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";
import { startRollout } from "#server/engine/commands.ts";
import { createEngine, type Engine } from "#server/engine/engine.ts";
import { createFakeWorld, type FakeWorld } from "#server/testing/fake-world.ts";
import {
  createTestContext,
  insertFleet,
  insertRelease,
  quickPlan,
  silentLog,
  startInput,
  waitFor,
  waitForRollout,
} from "#server/testing/fixtures.ts";
import { createTestClock } from "#server/testing/test-clock.ts";
import { countFacts } from "./count-facts.ts";
import { createInstruments } from "./instruments.ts";
import { createScrape } from "./scrape.ts";

const instruments = createInstruments();
const clock = createTestClock();
let database: TestDatabase;
let engine: Engine;
let world: FakeWorld;
let fleet: Fleet;
let fresh: Release;

beforeAll(async () => {
  database = await createTestDatabase();
  const old = await insertRelease(database.db, "1.0");
  fresh = await insertRelease(database.db, "1.1");
  fleet = await insertFleet(database.db, old, 4, "shop");
  world = createFakeWorld({ clock });
  engine = createEngine({
    db: database.db,
    log: silentLog,
    clock,
    ...world.connect().ports,
    onStepped: (tookMs) => instruments.stepDuration.observe(tookMs / 1_000),
  });
  engine.onRecorded((recorded) => countFacts(instruments, recorded));
  await engine.start();
  await waitFor("the fleet is whole", () => world.inRotation() === 4);
});
afterAll(async () => {
  await engine.stop();
  await database.close();
});

/** A scrape as nobody has asked before: what the database says is not kept from the last one. */
const read = (db = database.db) => createScrape({ instruments, services: { db, engine }, sockets: () => 3 }).read();

test("a rollout is told while it runs, and counted when it has ended", async () => {
  const ctx = createTestContext({ db: database.db, engine, ...world.connect().ports });
  const plan = { ...quickPlan, watch: "10m", metrics: { warmUp: "0ms" } };
  const { rolloutId } = await startRollout(ctx, startInput(fleet, fresh, plan));
  await waitForRollout(database.db, rolloutId, ({ status }) => status === "watching");
  const during = await waitFor("the evidence was judged", async () => {
    const text = await read();
    return /^tideline_evidence_intervals\{fleet="shop",metric="errors"\} [1-9]/m.test(text) ? text : null;
  });
  expect(during).toContain(
    `tideline_rollout_info{fleet="shop",rollout="${rolloutId}",release="1.1",plan="quick",kind="rollout",status="watching"} 1`,
  );
  expect(during).toContain('tideline_rollout_needs_person{fleet="shop"} 0');
  expect(during).toContain('tideline_evidence_state{fleet="shop",metric="errors",state="bad"} 0');
  expect(during).toMatch(/^tideline_evidence_ln_threshold\{fleet="shop",metric="errors"\} \d/m);
  expect(during).toContain('tideline_fleet_instances{fleet="shop",state="in-rotation"} 4');
  expect(during).toContain('tideline_batches_opened_total{fleet="shop"} 3');
  expect(during).toContain('tideline_updates_total{fleet="shop",outcome="updated"} 4');
  expect(during).toContain('tideline_update_step_duration_seconds_count{fleet="shop",step="replace"} 4');
  expect(during).toMatch(/^tideline_lease_remaining_seconds\{fleet="shop"\} \d/m);
  expect(during).toMatch(/^tideline_engine_step_duration_seconds_count [1-9]/m);
  expect(during).toContain("tideline_sockets 3");

  clock.advance(11 * 60_000);
  await waitForRollout(database.db, rolloutId, ({ status }) => status === "succeeded");
  const after = await waitFor("its evidence is told no more", async () => {
    const text = await read();
    return text.includes("tideline_evidence_ln_e{") ? null : text;
  });
  expect(after).toContain('tideline_rollouts{fleet="shop",status="succeeded"} 1');
  expect(after).toContain('tideline_rollout_duration_seconds_count{fleet="shop",status="succeeded"} 1');
  expect(after).not.toContain(rolloutId);
});

test("no instance is named anywhere", async () => {
  const text = await read();
  for (const { id } of fleet.instances) expect(text).not.toContain(`"${id}"`);
});

test("without the database it still answers, says so, and makes nothing up", async () => {
  const gone = connectDatabase("postgres://ada:hunter2@127.0.0.1:1/none");
  const text = await read(gone);
  await gone.$client.end();
  expect(text).toContain("tideline_database_up 0");
  expect(text).not.toContain("tideline_rollouts{");
  expect(text).toMatch(/^tideline_engine_step_age_seconds\{fleet="shop"\} \d/m);
});
