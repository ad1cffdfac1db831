import type { ContainerCreateOptions, HostConfig } from "dockerode";
import type { ContainerArtifact } from "#domain/container.ts";
import { parseDuration } from "#domain/duration.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";
import type { DockerSettings } from "#domain/settings/docker.ts";
import type { Sensitive } from "#server/io/sensitive.ts";
import { imageReference } from "./image-name.ts";
import { labels, nameOf, nextNameOf, type Place } from "./labels.ts";

export interface Creation {
  readonly fleet: Fleet;
  readonly settings: DockerSettings;
  readonly release: Release;
  readonly artifact: ContainerArtifact;
  /** The release's environment with its secrets. */
  readonly env: Sensitive<Readonly<Record<string, string>>>;
  readonly instanceId: string;
  readonly key: string;
  readonly place: Place;
  readonly token: number;
}

const nanosPerCpu = 1e9;

/** What the engine is asked to create. */
export function creationOf({ fleet, settings, release, artifact, env, instanceId, key, place, token }: Creation): ContainerCreateOptions {
  const unit = { instanceId, key };
  const port = `${artifact.port}/tcp`;
  return {
    name: place === "unit" ? nameOf(fleet, unit) : nextNameOf(fleet, unit),
    Image: imageReference(artifact.image),
    ...(artifact.entrypoint ? { Entrypoint: artifact.entrypoint } : {}),
    ...(artifact.command ? { Cmd: artifact.command } : {}),
    ...(artifact.user ? { User: artifact.user } : {}),
    Env: Object.entries({ ...env.reveal(), PORT: String(artifact.port) }).map(([name, value]) => `${name}=${value}`),
    Labels: {
      [labels.fleet]: fleet.fleetId,
      [labels.instance]: instanceId,
      [labels.key]: key,
      [labels.release]: release.releaseId,
      [labels.place]: place,
      [labels.port]: String(artifact.port),
      [labels.token]: String(token),
      [labels.fleetName]: fleet.name,
      "tideline.release-name": release.name,
      "tideline.digest": release.digest,
    },
    ExposedPorts: { [port]: {} },
    StopTimeout: stopSecondsOf(artifact),
    Tty: false,
    HostConfig: hostConfigOf(artifact, settings, port),
  };
}

export function stopSecondsOf({ stopTimeout }: Pick<ContainerArtifact, "stopTimeout">): number {
  return Math.ceil((parseDuration(stopTimeout) ?? 0) / 1_000);
}

function hostConfigOf(artifact: ContainerArtifact, { network, reach }: DockerSettings, port: string): HostConfig {
  const { memoryBytes, cpus, mounts, privileged, hostNetwork } = artifact;
  const isPublished = reach.type === "published" && !hostNetwork;
  return {
    // The release's own begins when it has stayed up: one that cannot start must not try for ever.
    RestartPolicy: { Name: "no" },
    NetworkMode: hostNetwork ? "host" : (network ?? "default"),
    Privileged: privileged,
    // No swap beside it: a limit of memory is one of memory.
    ...(memoryBytes === null ? {} : { Memory: memoryBytes, MemorySwap: memoryBytes }),
    ...(cpus === null ? {} : { NanoCpus: Math.round(cpus * nanosPerCpu) }),
    ...(isPublished ? { PortBindings: { [port]: [{ HostIp: reach.bind, HostPort: reach.ports ?? "" }] } } : {}),
    Mounts: mounts.map((mount) => ({
      Type: mount.type === "volume" ? "volume" : "bind",
      Source: mount.type === "volume" ? mount.volume : mount.directory,
      Target: mount.path,
      ReadOnly: mount.readOnly,
    })),
  };
}
