import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Environment } from "#domain/release.ts";
import { bringUp, createTestFleet, createTestRelease, type LocalBench, startLocalBench, waitUntil } from "#server/testing/local-runtime.ts";
import { startTimeOf } from "./identity.ts";

const soon = () => AbortSignal.timeout(30_000);
const planted = "planted-of-the-variable";
const inFile = "planted-of-the-file\nwith a second line";
const env: Environment = { DB_PASSWORD: { secret: "env:TIDELINE_SECRET_DB" }, LEVEL: "info" };

let bench: LocalBench;
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "runtime-secrets-"));
  await writeFile(join(directory, "key"), `${inFile}\n`);
  // The server's own, which no release can name, must not get there either.
  bench = await startLocalBench("data", { env: { TIDELINE_SECRET_DB: planted, AUTH_SECRET: "planted-of-the-server" }, directories: [directory] });
});
afterEach(async () => {
  await bench.close();
  await rm(directory, { recursive: true, force: true });
});

const environmentAt = async (url: string): Promise<Record<string, string>> => (await (await fetch(`${url}/process`)).json()).env;
const pidAt = async (url: string): Promise<number> => (await (await fetch(url)).json()).pid;

/** All that lies in the data directory, the runtime's log and its state among it. */
async function written(): Promise<string> {
  const entries = await readdir(bench.dataDirectory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), "utf8"));
  return (await Promise.all(files)).join("\n");
}

test("a unit has its secrets, and nothing of them is written down", async () => {
  const fleet = createTestFleet();
  const release = await createTestRelease(bench.serviceDirectory, { env: { ...env, KEY: { secret: `file:${directory}/key` } } });
  const url = await bringUp(bench, fleet, release);
  expect(await environmentAt(url)).toMatchObject({ DB_PASSWORD: planted, KEY: inFile, LEVEL: "info" });
  const text = await written();
  expect(text).toContain("env:TIDELINE_SECRET_DB");
  expect(text).not.toContain("planted");
  const { pid } = await bench.client.local.status();
  expect(await readFile(`/proc/${pid}/environ`, "utf8")).not.toContain("planted");
});

test("one that crashes while the console is away comes back with them, and after the console was told another value with that", async () => {
  const url = await bringUp(bench, createTestFleet(), await createTestRelease(bench.serviceDirectory, { env }));
  const crash = async () => {
    const pid = await pidAt(url);
    await fetch(`${url}/crash`).catch(() => null);
    await waitUntil(async () => startTimeOf(pid) === null && (await fetch(url).catch(() => null))?.status === 200, "it was started again");
  };
  await crash();
  expect((await environmentAt(url)).DB_PASSWORD).toBe(planted);
  const next = bench.connect({ env: { TIDELINE_SECRET_DB: "planted-later" }, directories: [] });
  await next.local.status();
  await crash();
  expect((await environmentAt(url)).DB_PASSWORD).toBe("planted-later");
});

test("a runtime that was killed has them again as soon as the console starts the next one", async () => {
  const fleet = createTestFleet();
  const url = await bringUp(bench, fleet, await createTestRelease(bench.serviceDirectory, { env }));
  const unit = await pidAt(url);
  const { pid } = await bench.client.local.status();
  for (const killed of [pid, unit]) process.kill(killed, "SIGKILL");
  await waitUntil(() => startTimeOf(pid) === null && startTimeOf(unit) === null, "both have ended");
  await waitUntil(async () => (await bench.driver.observe(fleet, soon())).i0?.ready === true, "the unit is ready again");
  expect((await environmentAt(url)).DB_PASSWORD).toBe(planted);
});

test("a release that names a versioned file gets its own value back when it comes back", async () => {
  for (const version of ["v1", "v2"]) await writeFile(join(directory, version), `planted-${version}`);
  const naming = (name: string, version: string) =>
    createTestRelease(bench.serviceDirectory, { name, env: { KEY: { secret: `file:${directory}/${version}` } } });
  const [fleet, one] = [createTestFleet(), await naming("1.0", "v1")];
  const url = await bringUp(bench, fleet, one);
  const moveTo = async (release: typeof one, key: string) => {
    await bench.driver.replace(fleet, "i0", release, key, { token: 1 }, soon());
    await waitUntil(async () => (await bench.driver.observe(fleet, soon())).i0?.ready === true, "it is ready");
    await bench.balancer.restore(fleet, { instanceId: "i0", target: "unit", key, seen: null }, { token: 1 }, soon());
    return (await environmentAt(url)).KEY;
  };
  expect(await moveTo(await naming("1.1", "v2"), "forward")).toBe("planted-v2");
  expect(await moveTo(one, "back")).toBe("planted-v1");
});

test.each([
  ["a variable that is not there", { A: { secret: "env:TIDELINE_SECRET_NONE" } }, "A: The server has no variable TIDELINE_SECRET_NONE"],
  ["a file elsewhere", { A: { secret: "file:/etc/hostname" } }, "A: /etc/hostname is not below a directory of TIDELINE_SECRET_DIRECTORIES"],
] as const)("%s is refused before the old unit is touched", async (_, broken, says) => {
  const fleet = createTestFleet();
  const url = await bringUp(bench, fleet, await createTestRelease(bench.serviceDirectory, { env }));
  const before = await pidAt(url);
  const release = await createTestRelease(bench.serviceDirectory, { name: "1.1", env: broken });
  const refusal = { code: "invalid", message: expect.stringContaining(says) };
  await expect(bench.driver.resolveRelease(fleet, release, soon())).rejects.toMatchObject(refusal);
  await expect(bench.driver.replace(fleet, "i0", release, "next", { token: 1 }, soon())).rejects.toMatchObject(refusal);
  expect(await pidAt(url)).toBe(before);
});
