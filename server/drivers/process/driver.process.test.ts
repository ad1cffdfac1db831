import { appendFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fleet } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";
import { startTimeOf } from "#server/runtime/identity.ts";
import { bringUp, createTestFleet, createTestRelease, type LocalBench, startLocalBench, waitUntil } from "#server/testing/local-runtime.ts";
import { describeDriver } from "../contract.ts";
import { createProcessDriver } from "./driver.ts";

describeDriver("The local runtime", async () => {
  const bench = await startLocalBench();
  const directory = bench.serviceDirectory;
  return {
    driver: bench.driver,
    fleet: createTestFleet({ count: 2 }),
    good: await createTestRelease(directory),
    better: await createTestRelease(directory, { name: "1.1" }),
    unstartable: { release: await createTestRelease(directory, { command: ["no-such-program", "serve"] }), missing: '"no-such-program"' },
    neverReady: await createTestRelease(directory, { name: "never-ready" }),
    deaf: await createTestRelease(directory, { name: "deaf" }),
    flapping: await createTestRelease(directory, { name: "flapping" }),
    reconnect: () => createProcessDriver(bench.connect()),
    close: bench.close,
  };
});

const fence = { token: 1 };
const soon = () => AbortSignal.timeout(30_000);

/** A zombie that nobody has collected yet is not alive. */
const isAlive = (pid: number) => startTimeOf(pid) !== null;

describe("a process of the local runtime", () => {
  let bench: LocalBench;
  let fleet: Fleet;
  let release: Release;
  let url = "";
  const unit = async () => (await bench.driver.observe(fleet, soon())).i0?.unit;
  const ask = async (path: string) => (await fetch(url + path)).json();

  beforeAll(async () => {
    bench = await startLocalBench();
    fleet = createTestFleet({ liveness: { type: "http", path: "/healthz", interval: "200ms", timeout: "1s", success: 1, failure: 2 } });
    release = await createTestRelease(bench.serviceDirectory, { env: { GREETING: "hello" } });
    url = await bringUp(bench, fleet, release);
  });
  afterAll(() => bench.close());

  test("has an environment made from nothing", async () => {
    const { env } = await ask("/process");
    expect(Object.keys(env).toSorted()).toEqual(["GREETING", "HOME", "HOST", "NAME", "PATH", "PORT"]);
    expect(env).toMatchObject({ GREETING: "hello", HOST: "127.0.0.1", PORT: (await unit())?.address?.split(":")[1] });
  });

  test("runs as another user than root, who cannot enter the data directory", async () => {
    const { uid, gid, groups } = await ask("/process");
    const isRoot = process.getuid?.() === 0;
    expect(uid === process.getuid?.()).toBe(!isRoot);
    if (isRoot) expect(groups).not.toContain(0);
    if (isRoot) expect(gid).not.toBe(0);
    expect((await stat(join(bench.dataDirectory, "runtime"))).mode & 0o777).toBe(0o700);
  });

  test("is started again after a crash, with its backoff and its last words told", async () => {
    const { pid } = await ask("/");
    await fetch(`${url}/crash`).catch(() => undefined);
    await waitUntil(async () => (await unit())?.state === "exited", "the crash is seen");
    expect((await unit())?.message).toMatch(/exited with code 7 after .* and starts again in 1 s/);
    await waitUntil(async () => (await bench.driver.observe(fleet, soon())).i0?.ready === true, "it runs again");
    expect((await unit())?.restarts).toBe(1);
    expect((await ask("/")).pid).not.toBe(pid);
  });

  test("is started again when its liveness check fails", async () => {
    const before = (await unit())?.restarts ?? 0;
    await fetch(`${url}/sick`);
    await waitUntil(async () => (await unit())?.restarts === before + 1, "it was started again");
    await waitUntil(async () => (await bench.driver.observe(fleet, soon())).i0?.ready === true, "it is well again");
  });

  test("takes its children with it", async () => {
    const child: number = (await ask("/child")).pid;
    expect(isAlive(child)).toBe(true);
    await bench.driver.replace(fleet, "i0", release, "without-children", fence, soon());
    expect(isAlive(child)).toBe(false);
    await waitUntil(async () => (await bench.driver.observe(fleet, soon())).i0?.ready === true, "its successor is ready");
    await bench.balancer.restore(fleet, { instanceId: "i0", target: "unit", key: "again", seen: null }, fence, soon());
  });

  test("cannot fill the disk or the memory with its output", async () => {
    for (let round = 0; round < 3; round += 1) await fetch(`${url}/flood`);
    const read = (limit: number) => bench.driver.readLogs(fleet, "i0", { after: 0, limit }, soon());
    await waitUntil(async () => (await read(500)).some(({ text }) => text === "flood over"), "the flood was read");
    const lines = await read(500);
    expect(Math.max(...lines.map(({ text }) => text.length))).toBeLessThanOrEqual(8_192);
    const sizes = await Promise.all(
      ["out.log", "err.log"].map((name) => stat(join(bench.dataDirectory, "runtime", "logs", fleet.fleetId, "i0", name))),
    );
    expect(sizes.every(({ size }) => size <= 1_048_576)).toBe(true);
  });

  test("a program that ends as soon as it is started is refused with its own words", async () => {
    const broken = await createTestRelease(bench.serviceDirectory, { command: ["node", "--eval", "throw new Error('no configuration')"] });
    const other = createTestFleet();
    await bench.driver.ensureFleet(other, fence, soon());
    await expect(bench.driver.replace(other, "i0", broken, "k", fence, soon())).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/exited with code 1 as soon as it was started: .*no configuration/),
    });
    expect((await bench.driver.observe(other, soon())).i0?.unit).toMatchObject({
      state: "exited",
      message: expect.stringContaining("no configuration"),
    });
  });

  test("a second unit that ends as soon as it is started says why in its own words, and costs the first one nothing", async () => {
    const before = await unit();
    const start = (tried: Release) => bench.driver.start(fleet, "i0", tried, "second", fence, soon());
    const broken = await createTestRelease(bench.serviceDirectory, { command: ["node", "--eval", "throw new Error('no place')"] });
    await fetch(`${url}/flood`);
    await expect(start(broken)).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("no place") });
    const { next, ...first } = (await bench.driver.observe(fleet, soon())).i0 ?? {};
    expect(first).toMatchObject({ unit: before, ready: true });
    expect(next?.unit).toMatchObject({ key: "second", state: "exited", message: expect.stringContaining("no place") });
    // The same key tries again; another one would have to discard it first.
    await start(release);
    expect((await bench.driver.observe(fleet, soon())).i0?.next?.unit).toMatchObject({ key: "second", state: "running" });
    await bench.driver.discard(fleet, "i0", "second", fence, soon());
    expect(await unit()).toEqual(before);
  });

  test("a port in use is refused when the fleet is made known, and nothing is left of it", async () => {
    const port = Number(new URL(url).port);
    const other = createTestFleet({ balancer: { type: "embedded", port } });
    await expect(bench.driver.ensureFleet(other, fence, soon())).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining(`Port ${port} is in use`),
      problems: [{ field: "port" }],
    });
    await expect(bench.driver.observe(other, soon())).rejects.toMatchObject({ code: "not-found" });
  });

  test("a directory that changed since the release was recorded is refused, and what runs is left", async () => {
    const before = await unit();
    await appendFile(join(bench.serviceDirectory, "service.mjs"), "// changed\n");
    await expect(bench.driver.replace(fleet, "i0", release, "changed", fence, soon())).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("has changed since release 1.0 was recorded"),
    });
    expect(await unit()).toEqual(before);
  });
});
