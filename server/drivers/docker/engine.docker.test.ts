import { randomBytes } from "node:crypto";
import ssh2 from "ssh2";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ContainerArtifact } from "#domain/container.ts";
import { DockerSettings } from "#domain/settings/docker.ts";
import { createSecrets } from "#server/io/secrets.ts";
import { createUrlPolicy } from "#server/io/url-policy.ts";
import { createDockerBench, type DockerBench } from "#server/testing/docker/docker-bench.ts";
import { type Certificates, createCertificates, type Door, openSilentDoor, openSshDoor, openTlsDoor } from "#server/testing/docker/doors.ts";
import { serviceImage, testEngineUrl } from "#server/testing/docker/test-images.ts";
import { waitUntil } from "#server/testing/local-runtime.ts";
import { createEngines } from "./client.ts";
import { createImages } from "./images.ts";
import { createDockerTools } from "./tools.ts";

const fence = { token: 1 };
const soon = () => AbortSignal.timeout(30_000);
const socketPath = testEngineUrl().slice("unix://".length);
const doors: Door[] = [];

let bench: DockerBench;
beforeAll(() => {
  bench = createDockerBench();
});
afterAll(async () => {
  await bench.close();
  for (const door of doors) await door.close();
});

async function opened<Opened extends Door>(opening: Promise<Opened>): Promise<Opened> {
  const door = await opening;
  doors.push(door);
  return door;
}

function toolsWith(env: Readonly<Record<string, string>> = {}, allowedUrls = ["127.0.0.1", "localhost"]) {
  const secrets = createSecrets({ env, directories: [] });
  return createDockerTools({ engines: createEngines({ policy: createUrlPolicy(allowedUrls), secrets }), images: createImages(secrets), allowed: [] });
}
const settings = (engine: object, rest: object = {}) => DockerSettings.parse({ type: "docker", engine, ...rest });

describe("an engine that is not there", () => {
  test("is unavailable, and what is asked of it is in words", async () => {
    const fleet = bench.fleet({ engine: { url: "unix:///nowhere/docker.sock" } });
    await expect(bench.driver.observe(fleet, soon())).rejects.toMatchObject({
      code: "unavailable",
      message: "The engine at unix:///nowhere/docker.sock cannot be asked: there is no such socket. Is the engine running?",
    });
  });

  test("takes no longer than its deadline when it takes the connection and says nothing", async () => {
    const { port } = await opened(openSilentDoor());
    const fleet = bench.fleet({ engine: { url: `tcp://127.0.0.1:${port}` } });
    const begunAt = performance.now();
    await expect(bench.driver.observe(fleet, AbortSignal.timeout(1_000))).rejects.toMatchObject({ code: "unavailable" });
    expect(performance.now() - begunAt).toBeLessThan(3_000);
  });

  const pid = Number(process.env["DOCKERD_PID"]);
  if (pid > 0)
    test("stands still, and goes on: what was asked meanwhile is asked again and done once", async () => {
      const fleet = bench.fleet();
      const release = await bench.release("1.0");
      await bench.driver.ensureFleet(fleet, fence, soon());
      await bench.driver.replace(fleet, "i0", release, "before", fence, soon());
      process.kill(pid, "SIGSTOP");
      try {
        await expect(bench.driver.observe(fleet, AbortSignal.timeout(1_500))).rejects.toMatchObject({ code: "unavailable" });
        const late = bench.driver.replace(fleet, "i0", release, "after", fence, AbortSignal.timeout(1_500));
        await expect(late).rejects.toMatchObject({ code: "unavailable" });
      } finally {
        process.kill(pid, "SIGCONT");
      }
      await bench.driver.replace(fleet, "i0", release, "after", fence, soon());
      await waitUntil(async () => (await bench.driver.observe(fleet, soon())).i0?.ready === true, "it is ready");
      expect((await bench.driver.observe(fleet, soon())).i0?.unit?.key).toBe("after");
    });
});

describe("an engine behind TLS", () => {
  const references = { ca: "env:TIDELINE_SECRET_CA", cert: "env:TIDELINE_SECRET_CERT", key: "env:TIDELINE_SECRET_KEY" };
  const envOf = ({ ca, cert, key }: Certificates) => ({ TIDELINE_SECRET_CA: ca, TIDELINE_SECRET_CERT: cert, TIDELINE_SECRET_KEY: key });

  test("is asked with a certificate, and neither side trusts a stranger", async () => {
    const certificates = createCertificates();
    const { port } = await opened(openTlsDoor(socketPath, certificates));
    const engine = settings({ url: `tcp://localhost:${port}`, tls: references }).engine;
    expect(await toolsWith(envOf(certificates)).listRunning(engine, soon())).toBeInstanceOf(Array);
    const stranger = createCertificates();
    for (const env of [envOf(stranger), envOf({ ...stranger, ca: certificates.ca })])
      await expect(toolsWith(env).listRunning(engine, soon())).rejects.toMatchObject({ code: "unavailable" });
  });

  test("is asked only where its host may be, and with secrets that are there", async () => {
    const engine = settings({ url: "tcp://localhost:2376", tls: references }).engine;
    await expect(toolsWith({}, []).listRunning(engine, soon())).rejects.toMatchObject({
      message: expect.stringContaining("TIDELINE_ALLOW_PRIVATE_URLS"),
    });
    await expect(toolsWith().listRunning(engine, soon())).rejects.toMatchObject({ message: expect.stringContaining("TIDELINE_SECRET_") });
  });
});

describe("an engine behind SSH", () => {
  const own = ssh2.utils.generateKeyPairSync("ed25519");
  const tools = () => toolsWith({ TIDELINE_SECRET_SSH: own.private });

  test("is asked through one connection to the server whose key was named", async () => {
    const { port, fingerprint } = await opened(openSshDoor("deploy", own.public));
    const ssh = { key: "env:TIDELINE_SECRET_SSH", hostKey: fingerprint };
    const url = `ssh://deploy@127.0.0.1:${port}${socketPath}`;
    const { engine } = settings({ url, ssh });
    const asking = tools();
    const lists = await Promise.all([1, 2, 3].map(() => asking.listRunning(engine, soon())));
    expect(lists).toHaveLength(3);
    const stranger = settings({ url, ssh: { ...ssh, hostKey: `SHA256:${"A".repeat(43)}` } }).engine;
    await expect(tools().listRunning(stranger, soon())).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("another host key"),
    });
    const other = settings({ url: url.replace("deploy", "root"), ssh }).engine;
    await expect(tools().listRunning(other, soon())).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("does not accept our key"),
    });
    const nowhere = settings({ url: `ssh://deploy@127.0.0.1:${port}/nowhere.sock`, ssh }).engine;
    await expect(tools().listRunning(nowhere, soon())).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("what may be asked of an engine beforehand", () => {
  const artifact = async (image: string) => ContainerArtifact.parse({ type: "container", image, port: 80 });

  test("is answered step by step", async () => {
    const { Id } = await bench.docker.getImage(serviceImage).inspect();
    const steps = await toolsWith().check({ settings: settings({ url: testEngineUrl() }), artifact: await artifact(Id) }, soon());
    expect(steps.map(({ name, outcome }) => [name, outcome])).toEqual([
      ["Connection", "ok"],
      ["Permissions", "ok"],
      ["Network", "ok"],
      ["Image", "ok"],
    ]);
    const { Volumes } = await bench.docker.listVolumes();
    expect((Volumes ?? []).filter(({ Name }) => Name.startsWith("tideline-check-"))).toEqual([]);
  });

  test("names what is missing, and ends where nothing more makes sense", async () => {
    const asked = settings({ url: testEngineUrl() }, { network: "no-such-network" });
    const steps = await toolsWith().check({ settings: asked, artifact: await artifact(`sha256:${"0".repeat(64)}`) }, soon());
    expect(steps.filter(({ outcome }) => outcome === "failed").map(({ name }) => name)).toEqual(["Network", "Image"]);
    const none = await toolsWith().check({ settings: settings({ url: "unix:///nowhere.sock" }), artifact: null }, soon());
    expect(none).toMatchObject([{ name: "Connection", outcome: "failed" }]);
  });

  test("shows what runs there, ours and not", async () => {
    const fleet = bench.fleet({ reach: { type: "published" } });
    await bench.driver.ensureFleet(fleet, fence, soon());
    await bench.driver.replace(fleet, "i0", await bench.release("1.0"), "k", fence, soon());
    const name = `somebody-${randomBytes(4).toString("hex")}`;
    const { Id: image } = await bench.docker.getImage(serviceImage).inspect();
    const theirs = await bench.docker.createContainer({ name, Image: image, Labels: { team: "x".repeat(5_000) }, Env: ["PORT=8080"] });
    await theirs.start();
    const found = await toolsWith().listRunning(fleet.driver.type === "docker" ? fleet.driver.engine : settings({}).engine, soon());
    expect(found.find(({ fleetId }) => fleetId === fleet.fleetId)).toMatchObject({
      ports: [{ port: 8_080, publishedAt: expect.stringMatching(/^127/) }],
    });
    expect(found.find((each) => each.name === name)).toMatchObject({ fleetId: null, labels: { team: "x".repeat(200) } });
    await theirs.remove({ force: true });
  });
});
