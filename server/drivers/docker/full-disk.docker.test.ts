import { afterAll, beforeAll, expect, test } from "vitest";
import { startEngine } from "#scripts/ensure-docker.mjs";
import { createDockerBench, type DockerBench } from "#server/testing/docker/docker-bench.ts";
import { startRegistry, type TestRegistry } from "#server/testing/docker/registry.ts";
import { connectTestEngine, serviceImage } from "#server/testing/docker/test-images.ts";

/** Enough for the engine itself, and not for an image with Node in it. */
const dataBytes = 40 * 1_048_576;
const fence = { token: 1 };
const soon = () => AbortSignal.timeout(50_000);
const program = process.env["DOCKERD_PATH"];

let engine: Awaited<ReturnType<typeof startEngine>>;
let registry: TestRegistry;
let bench: DockerBench;
let pinned = "";

beforeAll(async () => {
  registry = await startRegistry();
  const docker = connectTestEngine();
  const name = `${registry.host}/large`;
  await docker.getImage(serviceImage).tag({ repo: name, tag: "1" });
  const authconfig = { username: registry.user, password: registry.password, serveraddress: registry.host };
  const pushed = await docker.getImage(`${name}:1`).push({ authconfig });
  for await (const part of pushed) if (String(part).includes('"error"')) throw new Error(String(part));
  const { RepoDigests } = await docker.getImage(`${name}:1`).inspect();
  pinned = RepoDigests.find((digest) => digest.startsWith(`${name}@`)) ?? "";
  await docker.getImage(`${name}:1`).remove();
  engine = await startEngine({ program: program ?? "", dataBytes, network: false });
  bench = createDockerBench({ url: engine.url, env: { TIDELINE_SECRET_REGISTRY: registry.password } });
});
afterAll(async () => {
  await bench?.close();
  await engine?.stop();
  await registry?.close();
});

if (program)
  test("a full disk is said in the engine's words, and nothing of the pull is left to run", async () => {
    const fleet = bench.fleet();
    await bench.driver.ensureFleet(fleet, fence, soon());
    const credentials = { user: registry.user, password: "env:TIDELINE_SECRET_REGISTRY" };
    const large = await bench.release("1.0", { image: pinned, credentials });
    await expect(bench.driver.replace(fleet, "i0", large, "k", fence, soon())).rejects.toMatchObject({
      code: "limit",
      message: expect.stringContaining("no space left on device"),
    });
    expect((await bench.driver.observe(fleet, soon())).i0?.unit).toBeNull();
  });
