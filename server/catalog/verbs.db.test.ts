import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { desc, eq } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { getFleetRow, listFleetRows } from "#db/queries/fleets.ts";
import { getPlan, listPlans } from "#db/queries/plans.ts";
import { listReleases } from "#db/queries/releases.ts";
import { audit } from "#db/schema/audit.ts";
import { fleet as fleetTable } from "#db/schema/fleets.ts";
import { createTestDatabase, type TestDatabase } from "#db/testing.ts";
import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import { Plan } from "#domain/plan.ts";
import { noAccess } from "#domain/role.ts";
import { DockerSettings } from "#domain/settings/docker.ts";
import type { Context } from "#server/context.ts";
import { createEngine } from "#server/engine/engine.ts";
import { createSecretVersions } from "#server/io/release-environment.ts";
import { createSecrets } from "#server/io/secrets.ts";
import { createFakeWorld } from "#server/testing/fake-world.ts";
import { beginRollout, createTestContext, insertFleet, insertRelease, silentLog } from "#server/testing/fixtures.ts";
import { createTestClock } from "#server/testing/test-clock.ts";
import { CreateFleet, createFleet } from "./create-fleet.ts";
import { recordRelease } from "./record-release.ts";
import { removeFleet } from "./remove-fleet.ts";
import { savePlan } from "./save-plan.ts";

let database: TestDatabase;
let directory: string;

beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), "eng-catalog-"));
  await mkdir(join(directory, "app"));
  await writeFile(join(directory, "app", "server.mjs"), "export {};");
});
afterAll(async () => {
  await rm(directory, { recursive: true });
  await database.close();
});
beforeEach(async () => {
  await database.db.update(fleetTable).set({ removedAt: new Date() });
});

function createContext(role?: Parameters<typeof createTestContext>[1]) {
  const { ports } = createFakeWorld({ clock: createTestClock() }).connect();
  return createTestContext({ db: database.db, engine: createEngine({ db: database.db, log: silentLog, ...ports }), ...ports }, role);
}

async function lastAudit() {
  const [row] = await database.db.select().from(audit).orderBy(desc(audit.at), desc(audit.id)).limit(1);
  return row;
}

const releaseInput = () => ({
  service: "greeter",
  name: `r-${uuid()}`,
  command: ["node", "server.mjs"],
  directory: join(directory, "app"),
  env: { SECRET: "hunter2" },
});

describe("recording a release", () => {
  test("digests its directory, and writes an audit that holds no value of its environment", async () => {
    const release = await recordRelease(createContext(), releaseInput());
    expect(release.digest).toMatch(/^[0-9a-f]{64}$/);
    expect((await listReleases(database.db, "greeter"))[0]).toEqual(release);
    const row = await lastAudit();
    expect(row).toMatchObject({ action: "release.record", outcome: "done", actorName: "Ada" });
    expect(JSON.stringify(row)).not.toContain("hunter2");
  });

  test("keeps where its secrets are and which values they have, and refuses what it cannot read", async () => {
    const versionsFor = (value: string) => createSecretVersions(createSecrets({ env: { TIDELINE_SECRET_DB: value }, directories: [] }), "key");
    const contextWith = (value: string) => {
      const ctx = createContext();
      return { ...ctx, services: { ...ctx.services, readSecretVersions: versionsFor(value) } };
    };
    const secret = { secret: "env:TIDELINE_SECRET_DB" };
    const input = { ...releaseInput(), env: { LEVEL: "info", DB: secret } };
    const one = await recordRelease(contextWith("hunter2"), input);
    expect(one).toMatchObject({ env: { LEVEL: "info", DB: secret }, secretVersions: { DB: expect.stringMatching(/^[0-9a-f]{8}:[0-9a-f]{32}$/) } });
    const other = await recordRelease(contextWith("hunter3"), { ...input, name: `${input.name}-later` });
    expect(other.secretVersions).not.toEqual(one.secretVersions);
    const missing = { ...input, name: `${input.name}-none`, env: { DB: { secret: "env:TIDELINE_SECRET_NONE" } } };
    await expect(recordRelease(contextWith("hunter2"), missing)).rejects.toMatchObject({ code: "invalid", problems: [{ field: "env.DB" }] });
    const names = (await listReleases(database.db, "greeter")).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([one.name, other.name]));
    expect(names).not.toContain(missing.name);
    expect(JSON.stringify([one, other, await lastAudit()])).not.toMatch(/hunter[23]/);
  });

  test.each([
    ["release.record", { ...noAccess, defaultRole: "viewer", granted: ["command.define"] }],
    ["command.define", { ...noAccess, defaultRole: "approver" }],
  ] as const)("rejects whoever lacks %s, writes that down and changes nothing", async (_, access) => {
    const input = releaseInput();
    await expect(recordRelease(createContext(access), input)).rejects.toMatchObject({ code: "not-allowed" });
    expect((await listReleases(database.db, "greeter")).map((release) => release.name)).not.toContain(input.name);
    expect(await lastAudit()).toMatchObject({ action: "release.record", outcome: "refused" });
  });

  test.each([
    ["a directory that is not there", { directory: "/nowhere/at/all" }, "directory", /no directory/],
    ["a file for a directory", { directory: process.execPath }, "directory", /is a file/],
    ["a program that does not exist", { command: ["no-such-program"] }, "command.0", /neither in .* nor on the PATH/],
    ["a program that leads out of the directory to nothing", { command: ["./missing"] }, "command.0", /found neither/],
  ])("refuses %s at its field", async (_, wrong, field, says) => {
    await expect(recordRelease(createContext(), { ...releaseInput(), ...wrong })).rejects.toMatchObject({
      code: "invalid",
      problems: [{ field, message: expect.stringMatching(says) }],
    });
  });

  test("refuses a name that is taken: a release never changes", async () => {
    const input = releaseInput();
    await recordRelease(createContext(), input);
    await expect(recordRelease(createContext(), input)).rejects.toMatchObject({ code: "conflict", problems: [{ field: "name" }] });
  });
});

describe("saving a plan", () => {
  test("makes a version of each change, and none of the same again", async () => {
    const name = `p-${uuid()}`;
    const ctx = createContext();
    const first = await savePlan(ctx, { name, plan: Plan.parse({ soak: "10s" }) });
    expect(await savePlan(ctx, { planId: first.planId, name, plan: Plan.parse({ soak: "10s" }) })).toEqual(first);
    expect(await savePlan(ctx, { planId: first.planId, name, plan: Plan.parse({ soak: "20s" }) })).toEqual({ ...first, version: 2 });
    expect((await getPlan(database.db, first.planId)).versions.map((version) => version.plan.soak)).toEqual(["20s", "10s"]);
    expect((await listPlans(database.db)).find((plan) => plan.planId === first.planId)).toMatchObject({ version: 2, updatedBy: "Ada" });
  });

  test("refuses a name that is taken, at its field", async () => {
    const name = `p-${uuid()}`;
    await savePlan(createContext(), { name, plan: Plan.parse({}) });
    await expect(savePlan(createContext(), { name, plan: Plan.parse({}) })).rejects.toMatchObject({
      code: "conflict",
      problems: [{ field: "name" }],
    });
  });

  test("rejects whoever lacks plan.save", async () => {
    await expect(savePlan(createContext("viewer"), { name: "x", plan: Plan.parse({}) })).rejects.toMatchObject({ code: "not-allowed" });
  });
});

describe("creating a fleet", () => {
  async function fleetInput(change: Partial<CreateFleet> = {}): Promise<CreateFleet> {
    const release = await insertRelease(database.db, uuid());
    const name = `f-${uuid()}`;
    return CreateFleet.parse({
      name,
      service: "greeter",
      environment: "test",
      port: 0,
      instances: 5,
      zones: ["a", "b"],
      releaseId: release.releaseId,
      readinessPath: "/",
      ...change,
    });
  }

  test("puts every instance on the release, over the zones in turn, and audits it", async () => {
    const input = await fleetInput();
    const { fleetId } = await createFleet(createContext(), input);
    const row = await getFleetRow(database.db, fleetId);
    expect(row.fleet.instances.map((instance) => instance.zone)).toEqual(["a", "b", "a", "b", "a"]);
    expect(new Set(Object.values(row.assigned))).toEqual(new Set([input.releaseId]));
    expect(await lastAudit()).toMatchObject({ action: "fleet.create", target: `fleet:${fleetId}`, outcome: "done" });
  });

  test("rejects whoever lacks fleet.create and changes nothing", async () => {
    const input = await fleetInput();
    await expect(createFleet(createContext("approver"), input)).rejects.toMatchObject({ code: "not-allowed" });
    expect(await listFleetRows(database.db)).toEqual([]);
  });

  test("of two with one name at once one is made, and the other told at the name", async () => {
    const input = await fleetInput();
    const outcomes = await Promise.allSettled([createFleet(createContext(), input), createFleet(createContext(), input)]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = outcomes.find((outcome) => outcome.status === "rejected");
    expect(refused?.reason).toMatchObject({ code: "conflict", problems: [{ field: "name" }] });
  });

  test("refuses a port that another fleet has, by that fleet's name", async () => {
    const first = await fleetInput({ port: 23_500 });
    await createFleet(createContext(), first);
    await expect(createFleet(createContext(), await fleetInput({ port: 23_500 }))).rejects.toMatchObject({
      code: "conflict",
      problems: [{ field: "port", message: expect.stringContaining(first.name) }],
    });
  });

  test("leaves nothing behind when the driver cannot take it, and says so at the port", async () => {
    const ctx = createContext();
    const driver = {
      ...ctx.services.drivers.process,
      ensureFleet: () => Promise.reject(new Failure("conflict", "Port 80 is in use by another program.")),
    };
    const refusing = { ...ctx, services: { ...ctx.services, drivers: { ...ctx.services.drivers, process: driver } } };
    await expect(createFleet(refusing, await fleetInput())).rejects.toMatchObject({
      code: "conflict",
      problems: [{ field: "port", message: "Port 80 is in use by another program." }],
    });
    expect(await listFleetRows(database.db)).toEqual([]);
  });

  test("refuses a release of another service", async () => {
    const other = await insertRelease(database.db, uuid(), "checkout");
    await expect(createFleet(createContext(), await fleetInput({ releaseId: other.releaseId }))).rejects.toMatchObject({
      problems: [{ field: "releaseId" }],
    });
  });
});

describe("removing a fleet", () => {
  test("frees its name, keeps its history, and needs the permission", async () => {
    const fleet = await insertFleet(database.db, await insertRelease(database.db, uuid()));
    await expect(removeFleet(createContext("viewer"), fleet)).rejects.toMatchObject({ code: "not-allowed" });
    await removeFleet(createContext(), fleet);
    await expect(getFleetRow(database.db, fleet.fleetId)).rejects.toMatchObject({ code: "not-found" });
    expect(await database.db.select().from(fleetTable).where(eq(fleetTable.fleetId, fleet.fleetId))).toHaveLength(1);
  });

  describe("whose driver cannot be reached", () => {
    const gone = new Failure("unavailable", "The engine does not answer.");
    const createGone = (refusal = gone): Context => {
      const ctx = createContext();
      const { drivers } = ctx.services;
      const removeFleet = () => Promise.reject(refusal);
      const refusing = { docker: { ...drivers.docker, removeFleet }, process: { ...drivers.process, removeFleet } };
      return { ...ctx, services: { ...ctx.services, drivers: refusing } };
    };
    const insertOn = async (driver: Fleet["driver"]) => {
      const fleet = { ...(await insertFleet(database.db, await insertRelease(database.db, uuid()))), driver };
      await database.db.update(fleetTable).set({ definition: fleet }).where(eq(fleetTable.fleetId, fleet.fleetId));
      return fleet;
    };
    const docker = DockerSettings.parse({ type: "docker", engine: { url: "unix:///var/run/docker.sock" } });
    const lastRemoval = async () => {
      const [row] = await database.db.select().from(audit).where(eq(audit.action, "fleet.remove")).orderBy(desc(audit.at), desc(audit.id)).limit(1);
      return row;
    };

    test("is refused, and says that it may be abandoned; then its containers stay, and the audit says so", async () => {
      const { fleetId } = await insertOn(docker);
      await expect(removeFleet(createGone(), { fleetId })).rejects.toMatchObject({ code: "unavailable", problems: [{ field: "driver" }] });
      expect((await getFleetRow(database.db, fleetId)).fleet.fleetId).toBe(fleetId);
      expect(await lastRemoval()).toMatchObject({ outcome: "refused" });
      expect(await removeFleet(createGone(), { fleetId, abandon: true })).toEqual({ abandoned: true });
      await expect(getFleetRow(database.db, fleetId)).rejects.toMatchObject({ code: "not-found" });
      expect(await lastRemoval()).toMatchObject({ target: `fleet:${fleetId}`, outcome: "done", detail: { abandoned: true } });
    });

    test("is not abandoned against its no, nor where it answers after all, nor where it is this machine's runtime", async () => {
      const { fleetId } = await insertOn(docker);
      const no = createGone(new Failure("conflict", "Another holder has taken over."));
      await expect(removeFleet(no, { fleetId, abandon: true })).rejects.toMatchObject({ code: "conflict" });
      expect(await removeFleet(createContext(), { fleetId, abandon: true })).toEqual({ abandoned: false });
      expect(await lastRemoval()).toMatchObject({ outcome: "done", detail: { abandoned: false } });
      const local = await insertOn({ type: "process" });
      await expect(removeFleet(createGone(), { fleetId: local.fleetId, abandon: true })).rejects.toMatchObject({ code: "unavailable", problems: [] });
    });
  });

  test("is refused while a rollout is active", async () => {
    const release = await insertRelease(database.db, uuid());
    const fleet = await insertFleet(database.db, release);
    await beginRollout(database.db, { fleet, release });
    await expect(removeFleet(createContext(), fleet)).rejects.toMatchObject({ code: "conflict" });
    expect((await getFleetRow(database.db, fleet.fleetId)).fleet.name).toBe(fleet.name);
  });
});
