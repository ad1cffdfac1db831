import { execFile } from "node:child_process";
import { once } from "node:events";
import { rm, stat } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { createConnection } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createInstances, type Fleet } from "#domain/fleet.ts";
import { findSocketPath, placeOf } from "#server/io/runtime-place.ts";
import {
  bringUp,
  createTestFleet,
  createTestRelease,
  type LocalBench,
  nothingTold,
  startLocalBench,
  waitUntil,
} from "#server/testing/local-runtime.ts";
import { startTimeOf } from "./identity.ts";

const fence = { token: 1 };
const soon = () => AbortSignal.timeout(30_000);
const pidOf = async (bench: LocalBench) => (await bench.client.local.status()).pid;
const pidAt = async (url: string): Promise<number> => (await (await fetch(url)).json()).pid;

let bench: LocalBench;
afterEach(() => bench.close());

async function pidsOf(url: string, count: number): Promise<number[]> {
  const pids = new Set<number>();
  await waitUntil(async () => pids.add(await pidAt(url)).size === count, `${count} instances answer`);
  return [...pids].toSorted((a, b) => a - b);
}

async function killRuntime(signal: NodeJS.Signals): Promise<number> {
  const pid = await pidOf(bench);
  process.kill(pid, signal);
  await waitUntil(() => startTimeOf(pid) === null, "the runtime has ended");
  return pid;
}

async function observe(fleet: Fleet) {
  const [units, rotation] = [await bench.driver.observe(fleet, soon()), await bench.balancer.observe(fleet, nothingTold, soon())];
  return Object.keys(units).map((id) => ({ key: units[id]?.unit?.key, restarts: units[id]?.unit?.restarts, rotation: rotation[id]?.rotation }));
}

describe("a runtime that dies", () => {
  test.each(["SIGKILL", "SIGTERM"] as const)("by %s leaves its instances to the next one, which doubles none", async (signal) => {
    bench = await startLocalBench();
    const fleet = createTestFleet({ count: 3 });
    const url = await bringUp(bench, fleet, await createTestRelease(bench.serviceDirectory));
    await bench.client.local.setTraffic(fleet.fleetId, 20);
    const [pids, before] = [await pidsOf(url, 3), await observe(fleet)];
    const ticksBefore = (await bench.source.readTicks(fleet, 0, soon())).at(-1)?.number ?? 0;
    const dead = await killRuntime(signal);
    expect(pids.every((pid) => startTimeOf(pid) !== null)).toBe(true);

    // Asking is enough: the client starts the next runtime.
    expect(await observe(fleet)).toEqual(before);
    expect(await pidOf(bench)).not.toBe(dead);
    expect(Object.values(await bench.driver.observe(fleet, soon())).every(({ ready }) => ready)).toBe(true);
    expect(await pidsOf(url, 3)).toEqual(pids);
    await waitUntil(
      async () => (await bench.source.readTicks(fleet, ticksBefore, soon())).some(({ instances }) => (instances.i0?.bins.length ?? 0) > 0),
      "traffic goes on",
    );

    // Adopted ones are looked after like its own.
    await bench.driver.replace(fleet, "i0", await createTestRelease(bench.serviceDirectory, { name: "1.1" }), "after", fence, soon());
    expect(pids.filter((pid) => startTimeOf(pid) !== null)).toHaveLength(2);
    process.kill(pids.find((pid) => startTimeOf(pid) !== null) ?? 0, "SIGKILL");
    await waitUntil(async () => (await observe(fleet)).some(({ restarts }) => restarts === 1), "an adopted instance that died was started again");
  });

  test("starts again what ended while it was dead, and never takes a stranger with the same id for it", async () => {
    bench = await startLocalBench();
    const fleet = createTestFleet();
    const url = await bringUp(bench, fleet, await createTestRelease(bench.serviceDirectory));
    const pid = await pidAt(url);
    await killRuntime("SIGKILL");
    process.kill(pid, "SIGKILL");
    await waitUntil(async () => (await bench.driver.observe(fleet, soon())).i0?.ready === true, "it was started again");
    expect((await observe(fleet))[0]).toEqual({ key: "up/i0", restarts: 1, rotation: "in" });
    expect(await pidAt(url)).not.toBe(pid);
  });

  test("still knows the highest token", async () => {
    bench = await startLocalBench();
    const fleet = createTestFleet();
    await bench.driver.ensureFleet(fleet, { token: 7 }, soon());
    await killRuntime("SIGKILL");
    await expect(bench.driver.ensureFleet(fleet, { token: 6 }, soon())).rejects.toMatchObject({ code: "conflict" });
    await bench.driver.ensureFleet(fleet, { token: 7 }, soon());
  });
});

describe("a runtime that is killed while an instance has two units", () => {
  let fleet: Fleet;
  let url = "";
  const start = async () => bench.driver.start(fleet, "i0", await createTestRelease(bench.serviceDirectory, { name: "1.1" }), "next", fence, soon());
  const retire = () => bench.driver.retire(fleet, "i0", "next", fence, soon());
  const discard = () => bench.driver.discard(fleet, "i0", "next", fence, soon());
  const units = async () => (await bench.driver.observe(fleet, soon())).i0;
  const rotation = async () => (await bench.balancer.observe(fleet, nothingTold, soon())).i0;
  const drain = async (target: "unit" | "next") => {
    await bench.balancer.drain(fleet, { instanceId: "i0", target: target, key: "drain", seen: null }, 5_000, fence, soon());
    const isOut = async () => {
      const seen = await rotation();
      return (target === "unit" ? seen : seen?.next)?.rotation === "out";
    };
    await waitUntil(isOut, `${target} is out of rotation`);
  };
  /** A request that the unit has received and not answered: until it ends, the unit does not end when it is told to. */
  const holdUp = async (target: "unit" | "next") => {
    const seen = await units();
    const address = (target === "unit" ? seen : seen?.next)?.unit?.address;
    const asking = request(`http://${address}/echo`, { method: "POST", agent: false });
    asking.write("x");
    const [response] = (await once(asking, "response")) as [IncomingMessage];
    await once(
      response.on("error", () => undefined),
      "data",
    );
    return asking;
  };

  beforeEach(async () => {
    bench = await startLocalBench();
    fleet = createTestFleet();
    url = await bringUp(bench, fleet, await createTestRelease(bench.serviceDirectory));
    await start();
    await waitUntil(async () => (await units())?.next?.ready === true, "the second unit is ready");
  });

  test("leaves both to the next one, in rotation as they were, and the update goes on", async () => {
    await bench.balancer.restore(fleet, { instanceId: "i0", target: "next", key: "restore", seen: null }, fence, soon());
    const [pids, before] = [await pidsOf(url, 2), await units()];
    await killRuntime("SIGKILL");
    expect(pids.every((pid) => startTimeOf(pid) !== null)).toBe(true);
    expect(await units()).toMatchObject({ unit: before?.unit, ready: true, next: { unit: before?.next?.unit, ready: true } });
    expect(await rotation()).toMatchObject({ rotation: "in", next: { rotation: "in" } });
    expect(await pidsOf(url, 2)).toEqual(pids);

    await drain("unit");
    await killRuntime("SIGKILL");
    expect(await rotation()).toMatchObject({ rotation: "out", next: { rotation: "in" } });
    await start();
    await retire();
    expect(await units()).toMatchObject({ unit: before?.next?.unit, ready: true, next: null });
    await killRuntime("SIGKILL");
    expect(await units()).toMatchObject({ unit: before?.next?.unit, ready: true, next: null });
    expect(pids.filter((pid) => startTimeOf(pid) !== null)).toEqual([await pidAt(url)]);
  });

  test("in the middle of a retirement finishes it when asked again", async () => {
    await bench.balancer.restore(fleet, { instanceId: "i0", target: "next", key: "restore", seen: null }, fence, soon());
    const [pids, before] = [await pidsOf(url, 2), await units()];
    await drain("unit");
    const held = await holdUp("unit");
    const retired = retire();
    await waitUntil(async () => (await units())?.unit?.state === "stopping", "the first unit is being stopped");
    await killRuntime("SIGKILL");
    held.end();
    // The client asks the next runtime again by itself.
    await retired;
    expect(await units()).toMatchObject({ unit: before?.next?.unit, ready: true, next: null });
    expect(await rotation()).toMatchObject({ rotation: "in", next: null });
    expect(pids.filter((pid) => startTimeOf(pid) !== null)).toEqual([await pidAt(url)]);
  });

  test("in the middle of a discard finishes it when asked again", async () => {
    const [pid, before] = [await pidAt(url), await units()];
    const held = await holdUp("next");
    const discarded = discard();
    await waitUntil(async () => (await units())?.next?.unit?.state === "stopping", "the second unit is being stopped");
    await killRuntime("SIGKILL");
    held.end();
    await discarded;
    expect(await units()).toMatchObject({ unit: before?.unit, ready: true, next: null });
    expect(await pidAt(url)).toBe(pid);
    await expect(fetch(`http://${before?.next?.unit?.address}`)).rejects.toThrow();
  });

  test("in the middle of a start has one second unit afterwards", async () => {
    await discard();
    const started = start();
    await waitUntil(async () => (await units())?.next !== null, "the second unit is being started");
    await killRuntime("SIGKILL");
    await started;
    await waitUntil(async () => (await units())?.next?.ready === true, "the second unit is ready");
    await bench.balancer.restore(fleet, { instanceId: "i0", target: "next", key: "restore", seen: null }, fence, soon());
    await pidsOf(url, 2);
    expect((await units())?.next?.unit).toMatchObject({ key: "next", restarts: 0 });
  });

  test("still has an instance that left the fleet, until it is removed", async () => {
    const whole = fleet;
    fleet = { ...fleet, instances: createInstances(2, ["a"]).slice(1) };
    await bench.driver.ensureFleet(fleet, fence, soon());
    const [pid, before] = [await pidAt(url), await units()];
    await killRuntime("SIGKILL");
    expect(await units()).toMatchObject({ unit: before?.unit, ready: true, next: { ready: true } });
    expect(await pidAt(url)).toBe(pid);
    await bench.driver.remove(fleet, "i0", fence, soon());
    expect(startTimeOf(pid)).toBeNull();
    await killRuntime("SIGKILL");
    expect(Object.keys(await bench.driver.observe(fleet, soon()))).toEqual(["i1"]);
    await bench.driver.ensureFleet(whole, fence, soon());
    expect(await units()).toMatchObject({ unit: null, next: null });
  });
});

describe("a runtime that is stopped", () => {
  test("takes its instances with it, and comes back with them only when Tideline is started again", async () => {
    bench = await startLocalBench();
    const fleet = createTestFleet({ count: 2 });
    const url = await bringUp(bench, fleet, await createTestRelease(bench.serviceDirectory));
    const pids = await pidsOf(url, 2);
    const script = fileURLToPath(new URL("../../scripts/stop-local.mjs", import.meta.url));
    const stop = () => promisify(execFile)(process.execPath, [script], { env: { ...process.env, TIDELINE_DATA: bench.dataDirectory } });
    expect((await stop()).stdout).toContain("has stopped, with 2 instances of 1 fleets");
    expect(pids.filter((pid) => startTimeOf(pid) !== null)).toEqual([]);
    await expect(bench.driver.observe(fleet, soon())).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("was stopped") });
    expect((await stop()).stdout).toContain("not running");

    const again = bench.connect();
    await waitUntil(
      async () => Object.values(await again.call("units.observe", { fleetId: fleet.fleetId })).every(({ ready }) => ready),
      "both run again",
    );
  });
});

test("lets nobody in without the token, and only its owner to the socket", async () => {
  bench = await startLocalBench();
  await bench.client.local.status();
  const place = placeOf(bench.dataDirectory);
  const socketPath = await findSocketPath(place);
  expect([(await stat(socketPath)).mode & 0o777, (await stat(place.token)).mode & 0o777, (await stat(place.directory)).mode & 0o777]).toEqual([
    0o600, 0o600, 0o700,
  ]);
  const socket = createConnection(socketPath);
  socket.end("POST /runtime.stop HTTP/1.1\r\nhost: x\r\nauthorization: Bearer wrong\r\ncontent-length: 2\r\n\r\n{}");
  let answer = "";
  for await (const chunk of socket) answer += chunk;
  expect(answer).toContain('"not-allowed"');
  expect((await bench.client.local.status()).fleets).toEqual([]);
});

test("ends with its instances when its data directory is removed", async () => {
  bench = await startLocalBench();
  const fleet = createTestFleet();
  const url = await bringUp(bench, fleet, await createTestRelease(bench.serviceDirectory));
  const pids = [await pidOf(bench), await pidAt(url)];
  await rm(join(bench.dataDirectory, "runtime"), { recursive: true });
  await waitUntil(() => pids.every((pid) => startTimeOf(pid) === null), "both have ended", 30_000);
});

test("starts once when many ask at the same time, and lives below a directory with a long path", async () => {
  bench = await startLocalBench(join("a".repeat(60), "b".repeat(60)));
  const clients = [bench.client, ...Array.from({ length: 3 }, () => bench.connect())];
  const pids = await Promise.all(clients.map(async (client) => (await client.local.status()).pid));
  expect(new Set(pids).size).toBe(1);
  expect(await findSocketPath(placeOf(bench.dataDirectory))).toMatch(/^\/tmp\/tideline-\w+\/runtime\.sock$/);
});
