import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fleet } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";
import { createDockerBench, type DockerBench } from "#server/testing/docker/docker-bench.ts";
import { busyboxImage, importBusybox } from "#server/testing/docker/test-images.ts";
import { waitUntil } from "#server/testing/local-runtime.ts";

const fence = { token: 1 };
const soon = () => AbortSignal.timeout(30_000);

let bench: DockerBench;
let keys = 0;
const nextKey = () => `k${(keys += 1)}`;
const see = async (fleet: Fleet) => (await bench.driver.observe(fleet, soon())).i0;
const unitOf = async (fleet: Fleet) => (await see(fleet))?.unit;
const ready = (fleet: Fleet) => waitUntil(async () => (await see(fleet))?.ready === true, "it is ready");
const ask = async (fleet: Fleet, path: string) => (await fetch(`http://${(await unitOf(fleet))?.address}${path}`)).json();
const inspect = async (fleet: Fleet) => {
  const [found] = await bench.docker.listContainers({ all: true, filters: { label: [`tideline.fleet=${fleet.fleetId}`] } });
  return bench.docker.getContainer(found?.Id ?? "").inspect();
};

/** A fleet of its own for each test, on one release. */
async function bringUp(release: Release, settings: object = {}, overrides: Partial<Fleet> = {}): Promise<Fleet> {
  const fleet = bench.fleet(settings, overrides);
  await bench.driver.ensureFleet(fleet, fence, soon());
  await bench.driver.replace(fleet, "i0", release, nextKey(), fence, soon());
  return fleet;
}
const shell = (script: string, artifact: object = {}) =>
  bench.release("script", { image: busyboxId, entrypoint: ["/bin/sh", "-c", script], stopTimeout: "0ms", ...artifact });
let busyboxId = "";

beforeAll(async () => {
  bench = createDockerBench({ allowed: ["host-network"] });
  busyboxId = (await bench.docker.getImage(busyboxImage).inspect()).Id;
});
afterAll(() => bench.close());

describe("a container", () => {
  test("is created as its release says, and carries what it is in its labels", async () => {
    const volume = `tideline-test-${Date.now()}`;
    const artifact = {
      memoryBytes: 134_217_728,
      cpus: 0.5,
      user: "65534:65534",
      restart: "on-failure",
      mounts: [{ type: "volume", volume, path: "/data", readOnly: true }],
    };
    const release = await bench.release("1.0", artifact, { GREETING: "hello" });
    const fleet = await bringUp(release);
    await ready(fleet);
    const { Config, HostConfig, Mounts, Image, Name } = await inspect(fleet);
    expect(Config.Labels).toMatchObject({
      "tideline.fleet": fleet.fleetId,
      "tideline.instance": "i0",
      "tideline.release": release.releaseId,
      "tideline.digest": release.digest,
    });
    expect(Name).toMatch(/^\/shop-i0-[0-9a-f]{10}$/);
    expect(Image).toBe(release.digest);
    expect(HostConfig).toMatchObject({ Memory: 134_217_728, NanoCpus: 5e8, Privileged: false, RestartPolicy: { Name: "on-failure" } });
    expect(Mounts).toMatchObject([{ Type: "volume", Name: volume, Destination: "/data", RW: false }]);
    expect(await ask(fleet, "/process")).toMatchObject({ uid: 65_534, env: { GREETING: "hello", PORT: "8080" } });
    await bench.driver.removeFleet(fleet, fence, soon());
    await bench.docker.getVolume(volume).remove();
  });

  test("that ends is started again by the engine as its restart policy says, and is counted", async () => {
    const fleet = await bringUp(await bench.release("1.0"));
    await ready(fleet);
    await ask(fleet, "/crash").catch(() => undefined);
    await waitUntil(async () => ((await unitOf(fleet))?.restarts ?? 0) > 0, "it was started again");
    await ready(fleet);
    expect(await unitOf(fleet)).toMatchObject({ state: "running", restarts: 1, message: null });
  });

  test("that was left without its restart policy by a control plane that died gets it when it is asked for again", async () => {
    const release = await bench.release("1.0", { restart: "always" });
    const fleet = await bringUp(release);
    const { Id } = await inspect(fleet);
    await bench.docker.getContainer(Id).update({ RestartPolicy: { Name: "no" } });
    await bench.driver.replace(fleet, "i0", release, (await unitOf(fleet))?.key ?? "", fence, soon());
    expect(await inspect(fleet)).toMatchObject({ Id, HostConfig: { RestartPolicy: { Name: "always" } } });
  });

  test("that may not be started again stays as it ended, and says so with its last words", async () => {
    const fleet = await bringUp(await shell("sleep 1; echo 'fatal error: no configuration' >&2; exit 7", { restart: "no" }));
    await waitUntil(async () => (await unitOf(fleet))?.state === "exited", "its end is seen");
    expect(await unitOf(fleet)).toMatchObject({
      restarts: 0,
      message: expect.stringMatching(/^It ended with code 7 after .*: fatal error: no configuration$/),
    });
  });

  test("that took too much memory says so", async () => {
    const fleet = await bringUp(await bench.release("1.0", { restart: "no", memoryBytes: 96 * 1_048_576 }));
    await ready(fleet);
    await ask(fleet, "/keep?mb=300").catch(() => undefined);
    await waitUntil(async () => (await unitOf(fleet))?.state === "exited", "its end is seen");
    expect((await unitOf(fleet))?.message).toContain("was killed because it used more memory than its limit of 96 MiB");
  });

  test("whose image has a HEALTHCHECK that fails runs, with its words", async () => {
    const image = "tideline-test/unhealthy:1";
    await importBusybox(bench.docker, image, [
      'HEALTHCHECK --interval=1s --retries=1 CMD echo "database is away"; exit 1',
      'CMD ["/bin/sleep", "300"]',
    ]);
    const release = await bench.release("1.0", { image: (await bench.docker.getImage(image).inspect()).Id, stopTimeout: "0ms" });
    const fleet = await bringUp(release);
    await waitUntil(async () => (await unitOf(fleet))?.message !== null, "its health is seen");
    expect(await unitOf(fleet)).toMatchObject({ state: "running", message: "Its image's HEALTHCHECK fails: database is away" });
    await bench.driver.removeFleet(fleet, fence, soon());
    await bench.docker.getImage(image).remove();
  });

  test("that ends as soon as it is started is refused with its own words, and is not started again for ever", async () => {
    const broken = await shell("echo 'Error: no place' >&2; exit 3");
    await expect(bringUp(broken)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/did not stay up .*code 3.*Error: no place/),
    });
  });

  test("a second unit that cannot be started costs the first one nothing, and the same key tries again", async () => {
    const good = await bench.release("1.0");
    const fleet = await bringUp(good);
    const before = await unitOf(fleet);
    const broken = await shell("exit 3");
    await expect(bench.driver.start(fleet, "i0", broken, "second", fence, soon())).rejects.toMatchObject({ code: "invalid" });
    expect((await see(fleet))?.next?.unit).toMatchObject({ key: "second", state: "exited", message: expect.stringContaining("code 3") });
    await bench.driver.start(fleet, "i0", good, "second", fence, soon());
    expect((await see(fleet))?.next?.unit).toMatchObject({ key: "second", state: "running" });
    await bench.driver.discard(fleet, "i0", "second", fence, soon());
    expect(await unitOf(fleet)).toEqual(before);
  });

  test("a program that the image does not have is named", async () => {
    const release = await bench.release("1.0", { entrypoint: ["/no/such/program"] });
    await expect(bringUp(release)).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("/no/such/program") });
  });

  test("that was removed by hand is gone, and can be replaced", async () => {
    const release = await bench.release("1.0");
    const fleet = await bringUp(release);
    await bench.docker.getContainer((await inspect(fleet)).Id).remove({ force: true });
    expect(await unitOf(fleet)).toBeNull();
    await bench.driver.replace(fleet, "i0", release, nextKey(), fence, soon());
    await ready(fleet);
  });

  test("that was paused by hand says so, and is stopped all the same", async () => {
    const release = await bench.release("1.0");
    const fleet = await bringUp(release);
    await bench.docker.getContainer((await inspect(fleet)).Id).pause();
    expect((await unitOf(fleet))?.message).toContain("paused by hand");
    await bench.driver.replace(fleet, "i0", release, nextKey(), fence, soon());
    await ready(fleet);
  });

  test("both units renamed by hand keep their places, and the second one takes over", async () => {
    const release = await bench.release("1.0");
    const fleet = await bringUp(release);
    const first = (await unitOf(fleet))?.key;
    await bench.driver.start(fleet, "i0", release, "beside", fence, soon());
    const both = await bench.docker.listContainers({ filters: { label: [`tideline.fleet=${fleet.fleetId}`] } });
    for (const [index, { Id }] of both.entries()) await bench.docker.getContainer(Id).rename({ name: `mine-${Id.slice(0, 8)}-${index}` });
    expect(await see(fleet)).toMatchObject({ unit: { key: first }, next: { unit: { key: "beside" } } });
    await bench.driver.retire(fleet, "i0", "beside", fence, soon());
    expect(await see(fleet)).toMatchObject({ unit: { key: "beside" }, next: null });
    expect((await inspect(fleet)).Name).toMatch(/^\/shop-i0-[0-9a-f]{10}$/);
  });

  test("whose liveness check fails is started again, and counted", async () => {
    const liveness = { type: "http" as const, path: "/healthz", interval: "200ms", timeout: "1s", success: 1, failure: 2 };
    const fleet = await bringUp(await bench.release("1.0"), {}, { liveness });
    await ready(fleet);
    const { pid } = await ask(fleet, "/");
    expect(pid).toBe(1);
    const { startedAt } = (await unitOf(fleet)) ?? { startedAt: 0 };
    await ask(fleet, "/sick");
    await waitUntil(async () => ((await unitOf(fleet))?.startedAt ?? 0) > startedAt, "it was started again");
    await ready(fleet);
    expect(await unitOf(fleet)).toMatchObject({ restarts: 1, state: "running" });
  });

  test("whose fleet keeps old ones leaves the last, stopped for good", async () => {
    const release = await bench.release("1.0");
    const fleet = await bringUp(release, { keepOld: true });
    await bench.driver.replace(fleet, "i0", release, "second", fence, soon());
    await bench.driver.replace(fleet, "i0", release, "third", fence, soon());
    const all = await bench.docker.listContainers({ all: true, filters: { label: [`tideline.fleet=${fleet.fleetId}`] } });
    expect(all.map(({ Labels, State }) => [Labels["tideline.key"], State])).toEqual([
      ["third", "running"],
      ["second", "exited"],
    ]);
    expect((await bench.docker.getContainer(all[1]?.Id ?? "").inspect()).HostConfig.RestartPolicy?.Name).toBe("no");
    await bench.driver.start(fleet, "i0", release, "beside", fence, soon());
    await bench.driver.retire(fleet, "i0", "beside", fence, soon());
    expect(await see(fleet)).toMatchObject({ unit: { key: "beside" }, next: null });
  });

  test("cannot flood whoever reads its log", async () => {
    const fleet = await bringUp(await bench.release("1.0"));
    await ready(fleet);
    for (let round = 0; round < 3; round += 1) await ask(fleet, "/flood");
    const read = (after: number) => bench.driver.readLogs(fleet, "i0", { after, limit: 500 }, soon());
    // Both of its streams come through at their own pace.
    let last = 0;
    const isStill = (number = 0) => last === (last = number);
    await waitUntil(async () => isStill((await read(0)).at(-1)?.number), "all of the flood was read");
    const lines = await read(0);
    expect(lines.length).toBe(500);
    expect(Math.max(...lines.map(({ text }) => text.length))).toBeLessThanOrEqual(8_192);
    const numbers = lines.map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(Math.abs((lines.at(-1)?.at ?? 0) - Date.now())).toBeLessThan(60_000);
    const half = lines[250]?.number ?? 0;
    expect((await read(half)).map(({ text }) => text)).toEqual(lines.slice(251).map(({ text }) => text));
  });

  test("prints lines of any length: each is cut, not wrapped, and those after it are whole", async () => {
    const fleet = await bringUp(await shell("head -c 3000000 /dev/zero | busybox tr '\\0' x; echo; printf 'bell\\a\\n'; echo end; sleep 300"));
    const read = () => bench.driver.readLogs(fleet, "i0", { after: 0, limit: 500 }, soon());
    await waitUntil(async () => (await read()).at(-1)?.text === "end", "all was read");
    expect((await read()).map(({ text }) => text)).toEqual(["x".repeat(8_192), "bell\u0007", "end"]);
  });

  test("tells what it takes", async () => {
    const fleet = await bringUp(await bench.release("1.0"));
    await ready(fleet);
    const { key = "" } = (await unitOf(fleet)) ?? {};
    const usage = async () => (await bench.driver.readUsage(fleet, soon()))[key];
    expect(await usage()).toMatchObject({ cpu: null, restarts: 0 });
    void ask(fleet, "/burn?ms=3000");
    await waitUntil(async () => ((await usage())?.cpu ?? 0) > 0.2, "its processor's time is seen");
    expect((await usage())?.memoryBytes).toBeGreaterThan(10_000_000);
  });
});

describe("a published port", () => {
  test("is where its service is reached", async () => {
    const fleet = await bringUp(await bench.release("1.0"), { reach: { type: "published" } });
    await ready(fleet);
    expect((await unitOf(fleet))?.address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(await ask(fleet, "/")).toMatchObject({ name: "1.0" });
  });

  test("that is taken is refused in the engine's words, and shown", async () => {
    const first = await bringUp(await bench.release("1.0"), { reach: { type: "published" } });
    const [, taken = ""] = (await unitOf(first))?.address?.split(":") ?? [];
    const second = bench.fleet({ reach: { type: "published", ports: taken } });
    await bench.driver.ensureFleet(second, fence, soon());
    const tried = bench.driver.replace(second, "i0", await bench.release("1.0"), "k", fence, soon());
    await expect(tried).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/port is already allocated|address already in use/),
    });
    expect((await see(second))?.unit).toMatchObject({ state: "exited", message: expect.stringContaining("could not start it") });
    await bench.driver.removeFleet(first, fence, soon());
    await bench.driver.replace(second, "i0", await bench.release("1.0"), "k", fence, soon());
    await ready(second);
  });
});

describe("what reaches beyond a container", () => {
  test.each([
    ["privileged", { privileged: true }],
    ["mounts.0", { mounts: [{ type: "host", directory: "/etc", path: "/host" }] }],
  ])("is refused unless an admin allows it, and the field is named: %s", async (field, artifact) => {
    const release = await bench.release("1.0", artifact);
    const refusal = { code: "invalid", problems: [{ field, message: expect.stringContaining("TIDELINE_DOCKER_ALLOW") }] };
    await expect(bench.driver.resolveRelease(bench.fleet(), release, soon())).rejects.toMatchObject(refusal);
    await expect(bringUp(release)).rejects.toMatchObject(refusal);
  });

  test("is there when it is allowed: the host's network", async () => {
    const fleet = await bringUp(await bench.release("1.0", { hostNetwork: true, port: 18_431 }));
    await ready(fleet);
    expect((await unitOf(fleet))?.address).toBe("127.0.0.1:18431");
  });
});

describe("a fleet's network", () => {
  test("must be there", async () => {
    const fleet = bench.fleet({ network: "no-such-network" });
    await expect(bench.driver.ensureFleet(fleet, fence, soon())).rejects.toMatchObject({ code: "invalid", problems: [{ field: "driver.network" }] });
  });

  test("is where its containers are", async () => {
    const network = await bench.docker.createNetwork({ Name: `tideline-test-${Date.now()}` });
    const { Name } = await network.inspect();
    const fleet = await bringUp(await bench.release("1.0"), { network: Name });
    await ready(fleet);
    expect(Object.keys((await inspect(fleet)).NetworkSettings.Networks)).toEqual([Name]);
    await bench.driver.removeFleet(fleet, fence, soon());
    await network.remove();
  });
});

test("a program of this machine is no release for it", async () => {
  const release = await bench.release("1.0");
  const program: Release = { ...release, artifact: { type: "process", command: ["node"], directory: "/" } };
  await expect(bench.driver.resolveRelease(bench.fleet(), program, soon())).rejects.toMatchObject({
    code: "invalid",
    problems: [{ field: "releaseId" }],
  });
});
