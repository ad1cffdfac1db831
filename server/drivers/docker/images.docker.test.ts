import { afterAll, beforeAll, expect, test } from "vitest";
import { createSecrets } from "#server/io/secrets.ts";
import { createDockerBench, type DockerBench } from "#server/testing/docker/docker-bench.ts";
import { openSilentDoor } from "#server/testing/docker/doors.ts";
import { startRegistry, type TestRegistry } from "#server/testing/docker/registry.ts";
import { busyboxImage, importBusybox, testEngineUrl } from "#server/testing/docker/test-images.ts";
import { createImages } from "./images.ts";

const fence = { token: 1 };
const soon = () => AbortSignal.timeout(30_000);
const password = "env:TIDELINE_SECRET_REGISTRY";
const wrong = "env:TIDELINE_SECRET_WRONG";
const wrongPassword = "let me in, please";

let bench: DockerBench;
let registry: TestRegistry;
let pinned = "";
const env = () => ({ TIDELINE_SECRET_REGISTRY: registry.password, TIDELINE_SECRET_WRONG: wrongPassword });
const credentials = (reference = password) => ({ user: registry.user, password: reference });
const release = (image: string, given: object | null = credentials()) =>
  bench.release("1.0", { image, entrypoint: ["/bin/sh", "-c", "sleep 300"], stopTimeout: "0ms", credentials: given });

beforeAll(async () => {
  registry = await startRegistry();
  bench = createDockerBench({ env: env() });
  const name = `${registry.host}/shop`;
  await importBusybox(bench.docker, `${name}:1.1`);
  const authconfig = { username: registry.user, password: registry.password, serveraddress: registry.host };
  const pushed = await bench.docker.getImage(`${name}:1.1`).push({ authconfig });
  for await (const part of pushed) if (String(part).includes('"error"')) throw new Error(String(part));
  const { RepoDigests } = await bench.docker.getImage(`${name}:1.1`).inspect();
  pinned = RepoDigests.find((digest) => digest.startsWith(`${name}@`)) ?? "";
  // The engine has nothing of it any more: what is there is not asked for.
  await bench.docker.getImage(`${name}:1.1`).remove();
});
afterAll(async () => {
  await bench.close();
  await registry.close();
});

test("an image that is not there is found pullable, and pulled by its digest with the release's credentials", async () => {
  const fleet = bench.fleet();
  await bench.driver.ensureFleet(fleet, fence, soon());
  const asked = await release(pinned);
  await bench.driver.resolveRelease(fleet, asked, soon());
  await expect(bench.docker.getImage(pinned).inspect()).rejects.toMatchObject({ statusCode: 404 });
  await bench.driver.replace(fleet, "i0", asked, "k", fence, soon());
  expect((await bench.driver.observe(fleet, soon())).i0?.unit).toMatchObject({ key: "k", state: "running" });
  await bench.driver.removeFleet(fleet, fence, soon());
  await bench.docker.getImage(pinned).remove();
});

test.each([
  ["wrong credentials", () => credentials(wrong)],
  ["no credentials", () => null],
])("%s are refused before anything is touched, and no secret is in the words", async (_, given) => {
  const fleet = bench.fleet();
  await bench.driver.ensureFleet(fleet, fence, soon());
  const asked = await release(pinned, given());
  const tries = [() => bench.driver.resolveRelease(fleet, asked, soon()), () => bench.driver.replace(fleet, "i0", asked, "k", fence, soon())];
  for (const attempt of tries) {
    const failure = await attempt().catch((error: unknown) => error as Error & { code: string });
    expect(failure).toMatchObject({ code: "invalid", message: expect.stringContaining("Check the release's credentials") });
    expect(failure?.message).not.toContain(wrongPassword);
  }
});

test("an image that the registry does not have is refused by name", async () => {
  const absent = `${registry.host}/shop@sha256:${"1".repeat(64)}`;
  const fleet = bench.fleet();
  await bench.driver.ensureFleet(fleet, fence, soon());
  const refusal = { code: "invalid", message: expect.stringContaining(absent), problems: [{ field: "image" }] };
  await expect(bench.driver.resolveRelease(fleet, await release(absent), soon())).rejects.toMatchObject(refusal);
  await expect(bench.driver.replace(fleet, "i0", await release(absent), "k", fence, soon())).rejects.toMatchObject(refusal);
});

test("a registry that is away is no fault of the release", async () => {
  const away = `127.0.0.1:1/shop@sha256:${"1".repeat(64)}`;
  await expect(bench.driver.resolveRelease(bench.fleet(), await release(away, null), soon())).rejects.toMatchObject({ code: "unavailable" });
});

test("a pull that takes its time is told as such: what runs goes on, and the same again joins it", async () => {
  const silent = await openSilentDoor();
  const slow = `127.0.0.1:${silent.port}/shop@sha256:${"1".repeat(64)}`;
  const fleet = bench.fleet();
  await bench.driver.ensureFleet(fleet, fence, soon());
  await bench.driver.replace(fleet, "i0", await bench.release("1.0"), "before", fence, soon());
  const asked = await release(slow, null);
  for (let attempt = 0; attempt < 2; attempt += 1)
    await expect(bench.driver.replace(fleet, "i0", asked, "after", fence, AbortSignal.timeout(1_000))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("is still being pulled"),
    });
  expect((await bench.driver.observe(fleet, soon())).i0?.unit).toMatchObject({ key: "before", state: "running" });
  await silent.close();
});

test("a tag is pinned to what it means now: the registry's digest, or the id of an image that was never pulled", async () => {
  const images = createImages(createSecrets({ env: env(), directories: [] }));
  const engine = await bench.engines.open({ url: testEngineUrl(), tls: null, ssh: null }, soon());
  const given = credentials();
  expect(await images.pin(engine, { image: `${registry.host}/shop:1.1`, credentials: given }, soon())).toBe(pinned.replace("@", ":1.1@"));
  expect(await images.pin(engine, { image: pinned, credentials: null }, soon())).toBe(pinned);
  const { Id } = await bench.docker.getImage(busyboxImage).inspect();
  expect(await images.pin(engine, { image: busyboxImage, credentials: null }, soon())).toBe(Id);
  const none = images.pin(engine, { image: `${registry.host}/nothing:1`, credentials: given }, soon());
  await expect(none).rejects.toMatchObject({ code: "invalid", problems: [{ field: "image" }] });
});
