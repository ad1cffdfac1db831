import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";
import { DockerSettings } from "#domain/settings/docker.ts";
import { createDockerBench, type DockerBench } from "#server/testing/docker/docker-bench.ts";
import { type ForeignContainer, runForeign } from "#server/testing/docker/foreign.ts";
import { busyboxImage, testEngineUrl } from "#server/testing/docker/test-images.ts";
import { waitUntil } from "#server/testing/local-runtime.ts";

/** Containers that somebody else made, as the instances of a fleet. */

const fence = { token: 1 };
const soon = () => AbortSignal.timeout(30_000);

let bench: DockerBench;
let release: Release;
let better: Release;
const made: ForeignContainer[] = [];

beforeAll(async () => {
  bench = createDockerBench();
  [release, better] = await Promise.all([bench.release("1.0"), bench.release("1.1")]);
});
afterAll(async () => {
  await bench.close();
  for (const { remove } of made) await remove();
});

async function foreign(options: Parameters<typeof runForeign>[1] = {}): Promise<ForeignContainer> {
  const container = await runForeign(bench.docker, options);
  made.push(container);
  return container;
}

/** A fleet whose instances are these containers. */
async function adopt(containers: readonly ForeignContainer[], settings: object = {}, overrides: Partial<Fleet> = {}): Promise<Fleet> {
  const adopted = containers.map(({ id }, index) => ({ instance: `i${index}`, container: id, port: 8_080 }));
  const fleet = bench.fleet({ adopted, ...settings }, { count: containers.length, initialReleaseId: release.releaseId, ...overrides });
  await bench.driver.ensureFleet(fleet, fence, soon());
  return fleet;
}
const see = async (fleet: Fleet, instanceId = "i0") => (await bench.driver.observe(fleet, soon()))[instanceId];
const becomesReady = (fleet: Fleet, instanceId = "i0") => waitUntil(async () => (await see(fleet, instanceId))?.ready === true, "it is ready");
const stateOf = async ({ id }: ForeignContainer) =>
  bench.docker
    .getContainer(id)
    .inspect()
    .then(
      ({ State }) => State.Status as string,
      () => "gone",
    );

describe.concurrent("an adopted container", () => {
  test("is its instance's unit, untouched: seen ready, with its log, what it takes and its first release", async () => {
    const containers = [await foreign(), await foreign(), await foreign({ Tty: true })];
    const before = await Promise.all(containers.map(({ inspect }) => inspect()));
    const fleet = await adopt(containers);
    for (const [index, { id }] of containers.entries()) {
      await becomesReady(fleet, `i${index}`);
      expect((await see(fleet, `i${index}`))?.unit).toMatchObject({
        key: `adopted/${id.slice(0, 12)}`,
        releaseId: release.releaseId,
        state: "running",
        restarts: 0,
        message: null,
      });
    }
    for (const instanceId of ["i0", "i2"]) {
      const lines = await bench.driver.readLogs(fleet, instanceId, { after: 0, limit: 10 }, soon());
      expect(lines.map(({ text }) => text)).toEqual(["theirs starts", "theirs listens"]);
    }
    expect(Object.keys(await bench.driver.readUsage(fleet, soon())).toSorted()).toEqual(
      containers.map(({ id }) => `adopted/${id.slice(0, 12)}`).toSorted(),
    );
    expect(await Promise.all(containers.map(({ inspect }) => inspect()))).toEqual(before);
  });

  test("is found by another control plane, and goes on when its fleet is removed", async () => {
    const container = await foreign();
    const fleet = await adopt([container]);
    const other = bench.connect();
    await waitUntil(async () => (await other.observe(fleet, soon())).i0?.ready === true, "the other one sees it ready");
    await other.removeFleet(fleet, { token: 2 }, soon());
    expect(await stateOf(container)).toBe("running");
  });

  test("is replaced in place by one of the fleet's own, and is gone, but not what it kept in a volume without a name", async () => {
    const container = await foreign({ Volumes: { "/data": {} } });
    const volume = (await container.inspect()).Mounts[0]?.Name ?? "";
    const fleet = await adopt([container]);
    await bench.driver.replace(fleet, "i0", better, "k", fence, soon());
    expect(await see(fleet)).toMatchObject({ unit: { key: "k", releaseId: better.releaseId }, next: null });
    expect(await stateOf(container)).toBe("gone");
    expect((await bench.docker.getVolume(volume).inspect()).Name).toBe(volume);
    await bench.docker.getVolume(volume).remove();
  });

  test("stays where the fleet keeps the last: stopped for good, and never its unit again while the new one is there", async () => {
    const container = await foreign({ HostConfig: { RestartPolicy: { Name: "always" } } });
    const fleet = await adopt([container], { keepOld: true });
    await bench.driver.replace(fleet, "i0", better, "k", fence, soon());
    expect(await container.inspect()).toMatchObject({ State: { Status: "exited" }, HostConfig: { RestartPolicy: { Name: "no" } } });
    await bench.docker.getContainer(container.id).start();
    expect(await see(fleet)).toMatchObject({ unit: { key: "k" }, next: null });
  });

  test("goes on beside a second unit until it is retired, and when that is given up", async () => {
    const container = await foreign();
    const fleet = await adopt([container]);
    const key = (await see(fleet))?.unit?.key;
    await bench.driver.start(fleet, "i0", better, "first", fence, soon());
    expect(await see(fleet)).toMatchObject({ unit: { key }, next: { unit: { key: "first" } } });
    await bench.driver.discard(fleet, "i0", "first", fence, soon());
    expect(await see(fleet)).toMatchObject({ unit: { key }, next: null });
    await bench.driver.start(fleet, "i0", better, "second", fence, soon());
    await bench.driver.retire(fleet, "i0", "second", fence, soon());
    expect(await see(fleet)).toMatchObject({ unit: { key: "second" }, next: null });
    expect(await stateOf(container)).toBe("gone");
  });

  test("whose replacement was created by a control plane that died is found beside it, and the update finished", async () => {
    const container = await foreign();
    const fleet = await adopt([container]);
    const key = (await see(fleet))?.unit?.key;
    // Dies as soon as the new container is there: the next thing asked of the engine is the token.
    const dying = new AbortController();
    const dead = bench.driver.replace(fleet, "i0", better, "half", fence, dying.signal);
    const events = await bench.docker.getEvents({ filters: { event: ["create"], label: [`tideline.fleet=${fleet.fleetId}`] } });
    await new Promise((resolve) => events.once("data", resolve));
    dying.abort();
    await expect(dead).rejects.toMatchObject({ code: "unavailable" });
    (events as unknown as { destroy(): void }).destroy();
    expect(await bench.docker.listContainers({ all: true, filters: { label: ["tideline.key=half"] } })).toHaveLength(1);
    expect(await see(fleet)).toMatchObject({ unit: { key } });
    const other = bench.connect();
    await other.replace(fleet, "i0", better, "half", { token: 2 }, soon());
    expect((await other.observe(fleet, soon())).i0).toMatchObject({ unit: { key: "half" }, next: null });
    expect(await stateOf(container)).toBe("gone");
  });

  test("that somebody removes is gone, and can be replaced", async () => {
    const container = await foreign();
    const fleet = await adopt([container]);
    await container.remove();
    expect((await see(fleet))?.unit).toBeNull();
    await bench.driver.replace(fleet, "i0", release, "k", fence, soon());
    expect((await see(fleet))?.unit).toMatchObject({ key: "k", state: "running" });
  });

  test("whose liveness check fails is started again as it is, and counted", async () => {
    const container = await foreign();
    const liveness = { type: "http" as const, path: "/healthz", interval: "200ms", timeout: "1s", success: 1, failure: 2 };
    const fleet = await adopt([container], {}, { liveness });
    await becomesReady(fleet);
    const { address, startedAt } = (await see(fleet))?.unit ?? { address: "", startedAt: 0 };
    await fetch(`http://${address}/sick`);
    await waitUntil(async () => ((await see(fleet))?.unit?.startedAt ?? 0) > startedAt, "it was started again");
    await becomesReady(fleet);
    expect((await see(fleet))?.unit).toMatchObject({ restarts: 1, state: "running" });
    expect((await container.inspect()).Id).toBe(container.id);
  });

  test("goes when its instance leaves the fleet, and a new instance is one of the fleet's own", async () => {
    const [first, second] = [await foreign(), await foreign()];
    const fleet = await adopt([first, second]);
    const smaller: Fleet = { ...fleet, instances: fleet.instances.slice(0, 1) };
    expect(Object.keys(await bench.driver.observe(smaller, soon()))).toEqual(["i0", "i1"]);
    await bench.driver.remove(smaller, "i1", fence, soon());
    expect(Object.keys(await bench.driver.observe(smaller, soon()))).toEqual(["i0"]);
    expect([await stateOf(first), await stateOf(second)]).toEqual(["running", "gone"]);
    await bench.driver.replace(fleet, "i1", release, "again", fence, soon());
    expect((await see(fleet, "i1"))?.unit?.key).toBe("again");
  });

  test("is out of reach of whoever was fenced off", async () => {
    const container = await foreign();
    const fleet = await adopt([container]);
    await bench.connect().ensureFleet(fleet, { token: 5 }, soon());
    await expect(bench.driver.replace(fleet, "i0", better, "k", fence, soon())).rejects.toMatchObject({ code: "conflict" });
    expect(await stateOf(container)).toBe("running");
  });
});

describe("what a fleet adopts", () => {
  const refusalOf = async (containers: readonly { readonly id: string }[], settings: object = {}, { port = 8_080, isOfAnyImage = false } = {}) => {
    const adopted = containers.map(({ id }, index) => ({ instance: `i${index}`, container: id, port }));
    const asked = DockerSettings.parse({ type: "docker", engine: { url: testEngineUrl() }, adopted, ...settings });
    const refused = await bench.tools.refuseAdoption(asked, isOfAnyImage ? null : release, soon()).catch((error: unknown) => error);
    return refused instanceof Failure ? refused.problems : refused;
  };

  test("runs, of the release's image, belongs to nobody and is reached; each problem names the container and the field", async () => {
    const network = await bench.docker.createNetwork({ Name: `tideline-test-${Date.now()}` });
    const { Name } = await network.inspect();
    const published = { ExposedPorts: { "8080/tcp": {} }, HostConfig: { PortBindings: { "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] } } };
    const [good, stopped, other] = await Promise.all([
      foreign({ HostConfig: { ...published.HostConfig, NetworkMode: Name }, ExposedPorts: published.ExposedPorts }),
      foreign(),
      foreign({ Image: busyboxImage, Cmd: ["/bin/sleep", "300"] }),
    ]);
    await waitUntil(async () => (await refusalOf([good])) === undefined, "its service listens");
    expect(await refusalOf([good], { network: Name })).toBeUndefined();
    expect(await refusalOf([good], { reach: { type: "published" } })).toBeUndefined();

    const owner = bench.fleet({}, { initialReleaseId: release.releaseId });
    await bench.driver.ensureFleet(owner, fence, soon());
    await bench.driver.replace(owner, "i0", release, "k", fence, soon());
    const [owned] = await bench.docker.listContainers({ filters: { label: [`tideline.fleet=${owner.fleetId}`] } });
    await bench.docker.getContainer(stopped.id).stop();
    const problems = await refusalOf([good, stopped, other, { id: owned?.Id ?? "" }, { id: "0".repeat(64) }]);
    expect(problems).toEqual([
      { field: "driver.adopted.1.container", message: `${stopped.name} does not run: it is exited. Start it, or leave it out.` },
      { field: "driver.adopted.2.container", message: expect.stringMatching(`^${other.name} runs another image .* than release 1.0`) },
      { field: "driver.adopted.3.container", message: expect.stringContaining(`belongs to the fleet ${owner.name}`) },
      { field: "driver.adopted.4.container", message: expect.stringContaining("has no container 000000000000") },
    ]);
    expect(await refusalOf([other], {}, { isOfAnyImage: true })).toMatchObject([{ field: "driver.adopted.0.port" }]);
    expect(await refusalOf([good], {}, { port: 9_999 })).toMatchObject([
      { field: "driver.adopted.0.port", message: expect.stringMatching(`^${good.name} takes no connection at .*:9999: connection refused`) },
    ]);
    expect(await refusalOf([good], { network: "bridge" })).toMatchObject([
      { field: "driver.network", message: expect.stringContaining(`Its networks: ${Name}`) },
    ]);
    const elsewhere = { type: "published", bind: "10.0.0.7" };
    expect(await refusalOf([good], { reach: elsewhere })).toMatchObject([{ field: "driver.reach", message: expect.stringContaining(good.name) }]);
    await good.remove();
    await network.remove();
  });

  test("is described so that a release of it runs the same, and its secrets stay where they are", async () => {
    const volume = `tideline-test-${Date.now()}`;
    const container = await foreign({
      Env: ["LEVEL=debug", "DB_PASSWORD=hunter2"],
      Cmd: ["--flag"],
      User: "65534:65534",
      HostConfig: { Memory: 2 ** 27, MemorySwap: 2 ** 27, NanoCpus: 5e8, RestartPolicy: { Name: "unless-stopped" }, Binds: [`${volume}:/data:ro`] },
    });
    const engine = { url: testEngineUrl(), tls: null, ssh: null };
    const [made] = await bench.tools.inspect(engine, [container.id], soon());
    expect(JSON.stringify(made)).not.toContain("hunter2");
    const settings = {
      ...{ entrypoint: null, command: ["--flag"], user: "65534:65534", memoryBytes: 2 ** 27, cpus: 0.5, privileged: false, hostNetwork: false },
      ...{ mounts: [{ type: "volume", volume, path: "/data", readOnly: true }], restart: "unless-stopped", stopTimeout: "1s" },
    };
    expect(made).toEqual({
      ...{ id: container.id, name: container.name, image: (await container.inspect()).Image, ports: [8_080], published: [], networks: [null] },
      settings,
      env: [
        { key: "NAME", value: "theirs" },
        { key: "LEVEL", value: "debug" },
        { key: "DB_PASSWORD", value: null },
      ],
      notCarried: [],
    });
    const same = await bench.release("same", { image: made?.image, ...settings });
    const fleet = await adopt([container]);
    await bench.driver.replace(fleet, "i0", same, "k", fence, soon());
    const [ours] = await bench.docker.listContainers({ filters: { label: [`tideline.fleet=${fleet.fleetId}`] } });
    const [again] = await bench.tools.inspect(engine, [ours?.Id ?? ""], soon());
    expect(again?.settings).toEqual(settings);
    await bench.driver.removeFleet(fleet, fence, soon());
    await bench.docker.getVolume(volume).remove();
    await expect(bench.tools.inspect(engine, [container.id], soon())).rejects.toMatchObject({ code: "not-found" });
  });
});
