import { desc } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getFleetRow, listFleetRows } from "#db/queries/fleets.ts";
import { audit } from "#db/schema/audit.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import { Failure } from "#domain/failure.ts";
import type { Role } from "#domain/role.ts";
import type { Balancer } from "#server/balancers/balancer.ts";
import type { Context } from "#server/context.ts";
import { createEngine } from "#server/engine/engine.ts";
import { createFakeWorld } from "#server/testing/fake-world.ts";
import { createTestContext, insertRelease, silentLog } from "#server/testing/fixtures.ts";
import { createTestClock } from "#server/testing/test-clock.ts";
import { CreateFleet, createFleet } from "./create-fleet.ts";
import { removeFleet } from "./remove-fleet.ts";
import { setTraffic } from "./set-traffic.ts";
import { TestBalancer, testBalancer } from "./test-balancer.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const haproxy = (backend: string) => ({ type: "haproxy", socket: "unix:/run/haproxy.sock", backend });

/** A person's context whose balancers outside do as the test says, and note which fleets they had to do with. */
function createContext(change: Partial<Balancer> = {}, role?: Role): Context & { readonly asked: string[] } {
  const { ports } = createFakeWorld({ clock: createTestClock() }).connect();
  const asked: string[] = [];
  const outside: Balancer = {
    ...ports.balancers.haproxy,
    ensureFleet: async ({ name }) => void asked.push(`ensure ${name}`),
    removeFleet: async ({ name }) => void asked.push(`remove ${name}`),
    ...change,
  };
  const balancers = { ...ports.balancers, haproxy: outside, nginx: outside };
  const engine = createEngine({ db: database.db, log: silentLog, ...ports });
  return { ...createTestContext({ db: database.db, engine, ...ports, balancers }, role), asked };
}

async function fleetInput(balancer: unknown): Promise<CreateFleet> {
  const { releaseId } = await insertRelease(database.db, uuid());
  const name = `f-${uuid()}`;
  const rest = { service: "greeter", environment: "test", port: 0, instances: 2, zones: ["a"], readinessPath: "/" };
  return CreateFleet.parse({ name, releaseId, balancer, ...rest });
}

test("a fleet is made known to the balancer that it names, and taken from it when it is removed", async () => {
  const ctx = createContext();
  const input = await fleetInput(haproxy("known"));
  const { fleetId } = await createFleet(ctx, input);
  expect((await getFleetRow(database.db, fleetId)).fleet.balancer).toMatchObject(haproxy("known"));
  await removeFleet(ctx, { fleetId });
  expect(ctx.asked).toEqual([`ensure ${input.name}`, `remove ${input.name}`]);
});

test("a fleet can be removed although its balancer is gone for good, but not against its no", async () => {
  const gone = createContext({ removeFleet: () => Promise.reject(new Failure("unavailable", "It is not there.")) });
  const { fleetId } = await createFleet(gone, await fleetInput(haproxy("gone")));
  const refusing = createContext({ removeFleet: () => Promise.reject(new Failure("conflict", "Another holder has taken over.")) });
  await expect(removeFleet(refusing, { fleetId })).rejects.toMatchObject({ code: "conflict" });
  await removeFleet(gone, { fleetId });
  await expect(getFleetRow(database.db, fleetId)).rejects.toMatchObject({ code: "not-found" });
});

test("what the balancer says against a fleet is said at its field, and nothing is left behind", async () => {
  const ctx = createContext({ ensureFleet: () => Promise.reject(new Failure("invalid", "HAProxy 2.4 is too old.")) });
  const input = await fleetInput(haproxy("old"));
  await expect(createFleet(ctx, input)).rejects.toMatchObject({ problems: [{ field: "balancer", message: "HAProxy 2.4 is too old." }] });
  expect((await listFleetRows(database.db)).map(({ fleet }) => fleet.name)).not.toContain(input.name);
  expect(ctx.asked).toEqual([`remove ${input.name}`]);
});

test.each([
  ["backend", "balancer.backend", haproxy("taken")],
  ["file", "balancer.upstreamFile", { type: "nginx", upstreamFile: "/etc/nginx/taken.conf", upstream: "a", status: "http://127.0.0.1:8081" }],
])("a %s that another fleet has is refused by that fleet's name", async (_, field, balancer) => {
  const first = await fleetInput(balancer);
  await createFleet(createContext(), first);
  const refused = createFleet(createContext(), await fleetInput(balancer));
  await expect(refused).rejects.toMatchObject({ code: "conflict", problems: [{ field, message: expect.stringContaining(first.name) }] });
});

test.each([
  [{ socket: "unix:run/haproxy.sock" }, "balancer.socket"],
  [{ socket: "http://haproxy:9999" }, "balancer.socket"],
  [{ backend: "shop; disable frontend www" }, "balancer.backend"],
  [{ timeout: "1m" }, "balancer.timeout"],
])("%j is refused at its field", async (change, field) => {
  await expect(fleetInput({ ...haproxy("shop"), ...change })).rejects.toMatchObject({ issues: [{ path: field.split(".") }] });
});

test("made-up traffic is for this machine's balancer only", async () => {
  const ctx = createContext();
  const { fleetId } = await createFleet(ctx, await fleetInput(haproxy("quiet")));
  await expect(setTraffic(ctx, { fleetId, requestsPerSecond: 5 })).rejects.toMatchObject({ code: "invalid" });
});

test("settings are tried out by whoever may create a fleet there, and it is audited", async () => {
  const steps = [{ name: "Connection", outcome: "ok", message: "It answers." }] as const;
  const balancerChecks = { haproxy: async () => steps, nginx: async () => [] };
  const asks = (role: Role) => {
    const ctx = createContext({}, role);
    const asked = TestBalancer.parse({ environment: "test", balancer: haproxy("tried") });
    return testBalancer({ ...ctx, services: { ...ctx.services, balancerChecks } }, asked);
  };
  expect(await asks("admin")).toEqual(steps);
  expect(await lastAudit()).toMatchObject({ action: "fleet.create", target: "balancer:haproxy", outcome: "done", detail: { test: true } });
  await expect(asks("approver")).rejects.toMatchObject({ code: "not-allowed" });
  expect(await lastAudit()).toMatchObject({ outcome: "refused" });
});

async function lastAudit() {
  const [row] = await database.db.select().from(audit).orderBy(desc(audit.at), desc(audit.id)).limit(1);
  return row;
}
