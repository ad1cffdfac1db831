import type Docker from "dockerode";
import { v7 as uuid } from "uuid";
import { ContainerArtifact, type ContainerRight, digestOf } from "#domain/container.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";
import { DockerSettings } from "#domain/settings/docker.ts";
import { createEngines, type Engines } from "#server/drivers/docker/client.ts";
import { createDockerDriver, type DockerDriver } from "#server/drivers/docker/driver.ts";
import { createImages } from "#server/drivers/docker/images.ts";
import { labelled } from "#server/drivers/docker/labels.ts";
import { createDockerTools, type DockerTools } from "#server/drivers/docker/tools.ts";
import { createSecrets } from "#server/io/secrets.ts";
import { createUrlPolicy } from "#server/io/url-policy.ts";
import { silentLog } from "#server/testing/fixtures.ts";
import { createTestFleet } from "#server/testing/local-runtime.ts";
import { connectTestEngine, serviceImage, testEngineUrl } from "./test-images.ts";

export interface DockerBench {
  readonly docker: Docker;
  readonly driver: DockerDriver;
  readonly engines: Engines;
  readonly tools: DockerTools;
  /** Another driver on the same engine, that knows nothing yet. */
  connect(): DockerDriver;
  fleet(settings?: object, overrides?: Parameters<typeof createTestFleet>[0]): Fleet;
  release(name: string, artifact?: object, env?: Record<string, string>): Promise<Release>;
  close(): Promise<void>;
}

interface BenchInput {
  readonly url?: string;
  readonly allowed?: readonly ContainerRight[];
  /** What `env:` references find. */
  readonly env?: Readonly<Record<string, string>>;
}

export function createDockerBench({ url = testEngineUrl(), allowed = [], env = {} }: BenchInput = {}): DockerBench {
  const docker = connectTestEngine(url);
  const secrets = createSecrets({ env, directories: [] });
  const policy = createUrlPolicy(["127.0.0.1"]);
  const opened: { close(): void }[] = [];
  const fleetIds: string[] = [];
  const engines = createEngines({ policy, secrets });
  const connect = () => {
    const mine = createEngines({ policy, secrets });
    const driver = createDockerDriver({ engines: mine, images: createImages(secrets), secrets, allowed, log: silentLog });
    opened.push(driver, mine);
    return driver;
  };
  return {
    docker,
    driver: connect(),
    engines,
    tools: createDockerTools({ engines, images: createImages(secrets), allowed }),
    connect,
    fleet: (settings = {}, overrides = {}) => {
      const fleet = createTestFleet({ ...overrides, driver: DockerSettings.parse({ type: "docker", engine: { url }, ...settings }) });
      fleetIds.push(fleet.fleetId);
      return fleet;
    },
    release: async (name, artifact = {}, env = {}) => {
      const image = "image" in artifact ? artifact.image : (await docker.getImage(serviceImage).inspect()).Id;
      const parsed = ContainerArtifact.parse({
        type: "container",
        image,
        port: 8_080,
        stopTimeout: "2s",
        ...artifact,
      });
      const about = { releaseId: uuid(), service: "service", name, recordedAt: Date.now() };
      return { ...about, artifact: parsed, digest: digestOf(parsed.image), env: { NAME: name, ...env } };
    },
    close: async () => {
      for (const each of opened) each.close();
      engines.close();
      await Promise.all(fleetIds.map((fleetId) => removeAll(docker, fleetId)));
    },
  };
}

async function removeAll(docker: Docker, fleetId: string): Promise<void> {
  const filters = labelled(fleetId) as never;
  for (const { Id } of await docker.listContainers({ all: true, filters })) await docker.getContainer(Id).remove({ force: true, v: true });
  const { Volumes } = await docker.listVolumes({ filters });
  for (const { Name } of Volumes ?? []) await docker.getVolume(Name).remove();
}
