import { joinCommand, splitCommand } from "#components/ui/split-command.ts";
import type { ContainerSettings } from "#domain/container.ts";
import type { Release } from "#domain/release.ts";
import type { DockerEngine } from "#domain/settings/docker.ts";
import { type EnvRow, rowsOf, toEnv } from "./env-draft.ts";

/** A release of containers as it is being typed. */
export interface ImageDraft {
  readonly name: string;
  readonly image: string;
  readonly port: string;
  readonly commandLine: string;
  readonly entrypointLine: string;
  readonly user: string;
  /** In MiB. */
  readonly memory: string;
  readonly cpus: string;
  /** One on a line: `volume:/path`, `/directory:/path`, either with `:ro`. */
  readonly mounts: string;
  readonly stopTimeout: string;
  readonly restart: ContainerSettings["restart"];
  readonly registryUser: string;
  /** Where the registry's password is. */
  readonly registryPassword: string;
  readonly hostNetwork: boolean;
  readonly privileged: boolean;
  readonly env: readonly EnvRow[];
}

export const emptyImage: ImageDraft = {
  name: "",
  image: "",
  port: "8080",
  commandLine: "",
  entrypointLine: "",
  user: "",
  memory: "",
  cpus: "",
  mounts: "",
  stopTimeout: "10s",
  restart: "unless-stopped",
  registryUser: "",
  registryPassword: "",
  hostNetwork: false,
  privileged: false,
  env: [],
};

/** The server's names of the fields, for its refusals. */
export const imageFields = {
  name: "name",
  image: "image",
  port: "container.port",
  commandLine: "container.command",
  entrypointLine: "container.entrypoint",
  user: "container.user",
  memory: "container.memoryBytes",
  cpus: "container.cpus",
  mounts: "container.mounts",
  stopTimeout: "container.stopTimeout",
  registryUser: "container.credentials.user",
  registryPassword: "container.credentials.password",
} as const;

const mib = 1_024 * 1_024;

/** Begins where the last release stands: usually only the name and the image's tag change. */
export function imageDraftFrom(release: Release | undefined): ImageDraft {
  if (release?.artifact.type !== "container") return emptyImage;
  const { image, port, credentials } = release.artifact;
  return {
    ...emptyImage,
    ...settingsDraftOf(release.artifact),
    image: image.replace(/@?sha256:[0-9a-f]{64}$/, ""),
    port: String(port),
    registryUser: credentials?.user ?? "",
    registryPassword: credentials?.password ?? "",
    env: rowsOf(release),
  };
}

/** How its containers are created, as it would have been typed. */
export function settingsDraftOf(settings: Omit<ContainerSettings, "port" | "credentials">) {
  const { command, entrypoint, user, memoryBytes, cpus, mounts, stopTimeout, restart, hostNetwork, privileged } = settings;
  return {
    commandLine: command ? joinCommand(command) : "",
    entrypointLine: entrypoint ? joinCommand(entrypoint) : "",
    user: user ?? "",
    memory: memoryBytes === null ? "" : String(Math.round((memoryBytes / mib) * 1_000) / 1_000),
    cpus: cpus === null ? "" : String(cpus),
    mounts: mounts
      .map((mount) => `${mount.type === "volume" ? mount.volume : mount.directory}:${mount.path}${mount.readOnly ? ":ro" : ""}`)
      .join("\n"),
    ...{ stopTimeout, restart, hostNetwork, privileged },
  } satisfies Partial<ImageDraft>;
}

/** What the server is asked to record. `engine` is where a tag is looked up while the service has no fleet that knows one. */
export function toImageInput(draft: ImageDraft, service: string, engine?: DockerEngine) {
  const [command, entrypoint] = [splitCommand(draft.commandLine), splitCommand(draft.entrypointLine)];
  const [login, password] = [draft.registryUser.trim(), draft.registryPassword.trim()];
  return {
    service,
    name: draft.name,
    image: draft.image.trim(),
    ...(engine ? { engine } : {}),
    container: {
      ...{ restart: draft.restart, hostNetwork: draft.hostNetwork, privileged: draft.privileged, stopTimeout: draft.stopTimeout.trim() },
      port: toNumber(draft.port),
      command: command.length > 0 ? command : null,
      entrypoint: entrypoint.length > 0 ? entrypoint : null,
      user: draft.user.trim() === "" ? null : draft.user.trim(),
      memoryBytes: draft.memory.trim() === "" ? null : Math.round(toNumber(draft.memory) * mib),
      cpus: draft.cpus.trim() === "" ? null : toNumber(draft.cpus),
      mounts: draft.mounts
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "")
        .map(toMount),
      credentials: login === "" && password === "" ? null : { user: login, password },
    },
    env: toEnv(draft.env),
  };
}

function toMount(line: string): ContainerSettings["mounts"][number] {
  const [from = "", path = "", mode] = line.split(":");
  const readOnly = mode === "ro";
  return from.startsWith("/") ? { type: "host", directory: from, path, readOnly } : { type: "volume", volume: from, path, readOnly };
}

/** What is no number stays none, which the server refuses at its field. */
function toNumber(text: string): number {
  return /^\d{1,9}(\.\d{1,3})?$/.test(text.trim()) ? Number(text) : -1;
}
