import { desc } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { enqueueNotice } from "#db/queries/notifications.ts";
import { audit } from "#db/schema/audit.ts";
import { notification, notificationDestination } from "#db/schema/notifications.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import type { Fleet } from "#domain/fleet.ts";
import { Destination } from "#domain/notification.ts";
import { noAccess } from "#domain/role.ts";
import { createTestContext, insertFleet, insertRelease } from "#server/testing/fixtures.ts";
import { exampleNotice } from "#server/testing/notices.ts";
import { listDestinations, removeDestination, saveDestination, testDestination } from "./notifications.ts";

let database: TestDatabase;
let fleet: Fleet;
beforeAll(async () => {
  database = await createTestDatabase();
  fleet = await insertFleet(database.db, await insertRelease(database.db, "1.0"));
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.db.delete(notificationDestination);
});

const here = { type: "environment", environment: "test" } as const;
const elsewhere = { type: "environment", environment: "production" } as const;
const ofFleet = () => ({ type: "fleet", fleetId: fleet.fleetId }) as const;
/** An admin of one environment. */
const adminHere = { ...noAccess, roles: { test: "admin", production: "operator" } } as const;
const url = "https://hooks.example.com/tideline/hunter2?token=hunter2";

const destinationFor = (scope: Destination["scope"], name = "ops") =>
  Destination.parse({ kind: "webhook", name, url, key: "env:TIDELINE_SECRET_KEY", scope, about: ["attention"] });

function createContext(access?: Parameters<typeof createTestContext>[1]) {
  const sendTest = async () => ({ outcome: "refused", message: "hooks.example.com answered 400.", answer: "invalid" }) as const;
  return createTestContext({ db: database.db, notifications: { sendTest } }, access);
}

const save = (scope: Destination["scope"], access?: Parameters<typeof createTestContext>[1], destinationId: string | null = null) =>
  saveDestination(createContext(access), { destinationId, destination: destinationFor(scope) });

async function lastAudit() {
  const [row] = await database.db.select().from(audit).orderBy(desc(audit.seq)).limit(1);
  return row;
}

describe("a destination", () => {
  test("is listed with how it does, for those who may set it", async () => {
    await save(here);
    await save(elsewhere);
    await save(ofFleet());
    const listed = await listDestinations(createContext(adminHere));
    const state = {
      waiting: 0,
      lastDeliveredAt: null,
      failingSince: null,
      failsForLong: false,
      lastError: null,
      nextTryAt: expect.any(Number),
      lost: 0,
    };
    expect(listed).toEqual([
      { destinationId: expect.any(String), destination: destinationFor(here), environment: "test", fleetName: null, state },
      { destinationId: expect.any(String), destination: destinationFor(ofFleet()), environment: "test", fleetName: fleet.name, state },
    ]);
    expect(await listDestinations(createContext("operator"))).toEqual([]);
  });

  test("stands in the audit without what its address may hold", async () => {
    const { destinationId } = await save(here);
    const row = await lastAudit();
    const detail = { name: "ops", kind: "webhook", to: "hooks.example.com", scope: here };
    expect(row).toMatchObject({ action: "notification.set", target: `notification:${destinationId}`, outcome: "done", detail });
    expect(JSON.stringify(row)).not.toContain("hunter2");
  });

  test("is changed: what waits for it is tried at once", async () => {
    const { destinationId } = await save(here);
    const later = new Date(Date.now() + 600_000);
    await database.db.update(notificationDestination).set({ dueAt: later, failures: 9, failingSince: new Date(), lastError: "No." });
    await saveDestination(createContext(), { destinationId, destination: destinationFor(ofFleet(), "on-call") });
    const [listed] = await listDestinations(createContext());
    expect(listed).toMatchObject({
      destinationId,
      destination: { name: "on-call" },
      fleetName: fleet.name,
      state: { failingSince: null, lastError: null },
    });
    expect(listed?.state.nextTryAt).toBeLessThan(later.getTime());
  });

  test("that has failed for minutes, and not one that has for a moment, is for somebody to look at", async () => {
    await save(here);
    const failsSince = async (ms: number) => {
      await database.db.update(notificationDestination).set({ failingSince: new Date(Date.now() - ms) });
      return (await listDestinations(createContext()))[0]?.state.failsForLong;
    };
    expect([await failsSince(240_000), await failsSince(360_000)]).toEqual([false, true]);
  });

  test("is removed with what waits for it", async () => {
    const { destinationId } = await save(here);
    const { fleetId, environment } = fleet;
    await database.db.transaction((tx) => enqueueNotice(tx, { ...exampleNotice, fleetId, environment }));
    expect(await database.db.select().from(notification)).toHaveLength(1);
    await removeDestination(createContext(), { destinationId });
    expect(await database.db.select().from(notification)).toEqual([]);
    expect(await listDestinations(createContext())).toEqual([]);
    expect(await lastAudit()).toMatchObject({ outcome: "done", detail: { removed: true } });
  });

  test("is tested as it was typed: what came back is told, and nothing is changed", async () => {
    const delivery = await testDestination(createContext(), { destination: destinationFor(here) });
    expect(delivery).toEqual({ outcome: "failed", message: "hooks.example.com answered 400.", answer: "invalid" });
    expect(await listDestinations(createContext())).toEqual([]);
  });
});

describe("refused, written down, and without an effect is", () => {
  test.each([
    ["whoever is not an admin there", () => save(elsewhere, adminHere), "not-allowed"],
    ["to move one there", async () => save(elsewhere, adminHere, (await save(here)).destinationId), "not-allowed"],
    ["to take one away from there", async () => save(here, adminHere, (await save(elsewhere)).destinationId), "not-allowed"],
    ["to remove one there", async () => removeDestination(createContext(adminHere), await save(elsewhere)), "not-allowed"],
    ["to try one there", () => testDestination(createContext(adminHere), { destination: destinationFor(elsewhere) }), "not-allowed"],
    ["a fleet that is not there", () => save({ type: "fleet", fleetId: uuid() }), "not-found"],
    ["one that is not there", () => save(here, "admin", uuid()), "not-found"],
    ["to remove one that is not there", () => removeDestination(createContext(), { destinationId: uuid() }), "not-found"],
  ])("%s", async (_, act, code) => {
    await expect(act()).rejects.toMatchObject({ code });
    expect(await lastAudit()).toMatchObject({ action: "notification.set", outcome: "refused", detail: { refusal: code } });
    const places = (await listDestinations(createContext())).map(({ environment, destination }) => [environment, destination.scope]);
    for (const [environment, scope] of places) expect(scope).toEqual({ type: "environment", environment });
  });

  test("one too many", async () => {
    const rows = Array.from({ length: 100 }, () => ({ destinationId: uuid(), environment: "test", definition: destinationFor(here) }));
    await database.db.insert(notificationDestination).values(rows);
    await expect(save(here)).rejects.toMatchObject({ code: "limit" });
  });
});
