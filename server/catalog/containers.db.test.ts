import { desc } from "drizzle-orm";
import { v7 as uuid } from "uuid";
import { describe, expect, test } from "vitest";
import { getFleetRow } from "#db/queries/fleets.ts";
import { listReleases } from "#db/queries/releases.ts";
import { audit } from "#db/schema/audit.ts";
import { ContainerSettings } from "#domain/container.ts";
import { Failure } from "#domain/failure.ts";
import { noAccess } from "#domain/role.ts";
import { DockerSettings } from "#domain/settings/docker.ts";
import type { Context } from "#server/context.ts";
import { insertRelease } from "#server/testing/fixtures.ts";
import { FleetBench } from "#server/testing/fleet-bench.ts";
import { CreateFleet, createFleet } from "./create-fleet.ts";
import { RecordImage, recordImage } from "./record-image.ts";
import { checkAdoption, checkEngine, inspectContainers, listContainers } from "./try-engine.ts";

const bench = FleetBench.open();
const digest = `sha256:${"a".repeat(64)}`;
const driver = DockerSettings.parse({ type: "docker", engine: { url: "unix:///var/run/docker.sock" } });
const privileged = ContainerSettings.parse({ port: 80, privileged: true });

/** A person's context whose engine says what it was asked, knows every tag, and lets nobody be privileged. */
function ctxOf(asked: unknown[] = [], role?: Parameters<FleetBench["ctx"]>[0]): Context {
  const ctx = bench.ctx(role);
  const docker: Context["services"]["docker"] = {
    check: async (question) => {
      asked.push(question);
      return [{ name: "Connection", outcome: "ok", message: "It answers." }];
    },
    listRunning: async (engine) => {
      asked.push(engine);
      return [];
    },
    inspect: async (engine, ids) => {
      asked.push(engine, ids);
      return [];
    },
    refuseAdoption: async (adopting) => {
      asked.push(adopting);
    },
    pin: async (engine, { image }) => {
      asked.push(engine);
      return `${image}@${digest}`;
    },
    refuseRights: ({ privileged: isAsked }) => {
      if (isAsked) throw new Failure("invalid", "privileged: no.", [{ field: "privileged", message: "no" }]);
    },
  };
  return { ...ctx, services: { ...ctx.services, docker } };
}
async function lastAudit() {
  const [row] = await bench.db.select().from(audit).orderBy(desc(audit.at), desc(audit.id)).limit(1);
  return row;
}
const input = (change: object = {}) =>
  RecordImage.parse({ service: "boxes", name: `r-${uuid()}`, image: "shop:1.1", container: { port: 80 }, env: { SECRET: "hunter2" }, ...change });

describe("recording an image", () => {
  test("pins a tag at the engine that was named, and writes an audit without a value of its environment", async () => {
    const asked: unknown[] = [];
    const recorded = await recordImage(ctxOf(asked), input({ engine: driver.engine }));
    expect(recorded).toMatchObject({ artifact: { type: "container", image: `shop:1.1@${digest}`, port: 80 }, digest });
    expect((await listReleases(bench.db, "boxes"))[0]).toEqual(recorded);
    expect(asked).toEqual([driver.engine]);
    const row = await lastAudit();
    expect(row).toMatchObject({ action: "release.record", outcome: "done" });
    expect(JSON.stringify(row)).not.toContain("hunter2");
  });

  test("asks nobody about an image that is pinned already", async () => {
    const asked: unknown[] = [];
    await recordImage(ctxOf(asked), input({ image: digest }));
    expect(asked).toEqual([]);
  });

  test("refuses a tag that nobody can look up, at its field", async () => {
    const tried = recordImage(ctxOf(), input({ service: "nobody" }));
    await expect(tried).rejects.toMatchObject({ code: "invalid", problems: [{ field: "image" }] });
  });

  test("refuses what reaches beyond the container, and records nothing", async () => {
    const asked = input({ service: "beyond", image: digest, container: privileged });
    await expect(recordImage(ctxOf(), asked)).rejects.toMatchObject({ problems: [{ field: "privileged" }] });
    expect(await listReleases(bench.db, "beyond")).toEqual([]);
  });

  test.each([
    ["release.record", { ...noAccess, defaultRole: "viewer", granted: ["command.define"] }],
    ["command.define", { ...noAccess, defaultRole: "approver" }],
  ] as const)("rejects whoever lacks %s, and asks nobody", async (_, access) => {
    const asked: unknown[] = [];
    await expect(recordImage(ctxOf(asked, access), input({ engine: driver.engine }))).rejects.toMatchObject({ code: "not-allowed" });
    expect(asked).toEqual([]);
  });
});

describe("a fleet of containers", () => {
  const fleetOf = (releaseId: string, change: object = {}) =>
    CreateFleet.parse({
      name: `f-${uuid()}`,
      service: "boxes",
      environment: "test",
      driver,
      port: 0,
      instances: 2,
      zones: ["a"],
      releaseId,
      readinessPath: "/",
      ...change,
    });

  test("is created on an image, and its service's tags are looked up at its engine", async () => {
    const asked: unknown[] = [];
    const { releaseId } = await recordImage(ctxOf(), input({ image: digest }));
    const { fleetId } = await createFleet(ctxOf(), fleetOf(releaseId));
    expect((await getFleetRow(bench.db, fleetId)).fleet.driver).toEqual(driver);
    await recordImage(ctxOf(asked), input());
    expect(asked).toEqual([driver.engine]);
  });

  test("is refused where its instances are more than the ports at which they are reached", async () => {
    const { releaseId } = await recordImage(ctxOf(), input({ image: digest }));
    const onHost = await recordImage(ctxOf(), input({ image: digest, container: { port: 8080, hostNetwork: true } }));
    const reach = { type: "published", ports: "8000-8001" };
    await createFleet(ctxOf(), fleetOf(releaseId, { driver: { ...driver, reach }, instances: 2 }));
    await expect(createFleet(ctxOf(), fleetOf(releaseId, { driver: { ...driver, reach }, instances: 3 }))).rejects.toMatchObject({
      code: "invalid",
      problems: [{ field: "instances", message: "3 instances need 3 ports; reach.ports has 2." }],
    });
    await expect(createFleet(ctxOf(), fleetOf(onHost.releaseId))).rejects.toMatchObject({
      problems: [{ field: "instances", message: "2 instances need 2 ports; the host's network has this release's port 8080 once." }],
    });
  });

  test("adopts containers when its engine has nothing against it, and no container is two fleets'", async () => {
    const asked: unknown[] = [];
    const { releaseId } = await recordImage(ctxOf(), input({ image: digest }));
    const adopted = ["b", "c"].map((letter, index) => ({ instance: `i${index}`, container: letter.repeat(64), port: 80 }));
    const adopting = fleetOf(releaseId, { driver: { ...driver, adopted } });
    const { fleetId } = await createFleet(ctxOf(asked), adopting);
    expect(asked).toEqual([{ ...driver, adopted }]);
    expect((await getFleetRow(bench.db, fleetId)).fleet.driver).toEqual({ ...driver, adopted });
    const again = fleetOf(releaseId, { driver: { ...driver, adopted: adopted.slice(1).map((each) => ({ ...each, instance: "i1" })) } });
    await expect(createFleet(ctxOf(asked), again)).rejects.toMatchObject({
      code: "invalid",
      problems: [{ field: "driver.adopted.0.container", message: expect.stringContaining(`adopted by the fleet ${adopting.name}`) }],
    });
    const unknown = fleetOf(releaseId, { driver: { ...driver, adopted: [{ instance: "i7", container: "d".repeat(64), port: 80 }] } });
    await expect(createFleet(ctxOf(asked), unknown)).rejects.toMatchObject({ problems: [{ field: "driver.adopted.0.instance" }] });
    expect(asked).toHaveLength(1);
  });

  test("is refused on a program of this machine, and a fleet of processes on an image", async () => {
    const { releaseId } = await recordImage(ctxOf(), input({ image: digest }));
    const program = await insertRelease(bench.db, `p-${uuid()}`, "boxes");
    const refusal = { code: "invalid", problems: [{ field: "releaseId" }] };
    await expect(createFleet(ctxOf(), fleetOf(program.releaseId))).rejects.toMatchObject(refusal);
    await expect(createFleet(ctxOf(), fleetOf(releaseId, { driver: { type: "process" } }))).rejects.toMatchObject(refusal);
  });
});

describe("trying an engine out", () => {
  test("asks it about the release that a fleet would begin with, and audits nothing that was not refused", async () => {
    const asked: unknown[] = [];
    const { releaseId, artifact } = await recordImage(ctxOf(), input({ image: digest }));
    expect(await checkEngine(ctxOf(asked), { environment: "test", driver, releaseId })).toMatchObject([{ outcome: "ok" }]);
    expect(await listContainers(ctxOf(asked), { environment: "test", engine: driver.engine })).toEqual([]);
    const containers = ["b".repeat(64)];
    expect(await inspectContainers(ctxOf(asked), { environment: "test", engine: driver.engine, containers })).toEqual([]);
    expect(await checkAdoption(ctxOf(asked), { environment: "test", driver })).toEqual({ ok: true });
    expect(asked).toEqual([{ settings: driver, artifact }, driver.engine, driver.engine, containers, driver]);
  });

  test("rejects whoever may not create fleets there, writes that down and asks nobody", async () => {
    const asked: unknown[] = [];
    await expect(checkEngine(ctxOf(asked, "approver"), { environment: "test", driver })).rejects.toMatchObject({ code: "not-allowed" });
    await expect(listContainers(ctxOf(asked, "approver"), { environment: "test", engine: driver.engine })).rejects.toMatchObject({
      code: "not-allowed",
    });
    const looking = inspectContainers(ctxOf(asked, "approver"), { environment: "test", engine: driver.engine, containers: ["b".repeat(64)] });
    await expect(looking).rejects.toMatchObject({ code: "not-allowed" });
    await expect(checkAdoption(ctxOf(asked, "approver"), { environment: "test", driver })).rejects.toMatchObject({ code: "not-allowed" });
    expect(asked).toEqual([]);
    expect(await lastAudit()).toMatchObject({ action: "fleet.create", outcome: "refused" });
  });
});
