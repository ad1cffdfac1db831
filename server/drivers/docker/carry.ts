import type { ContainerInspectInfo } from "dockerode";
import { type ContainerRight, ContainerSettings, ImageName } from "#domain/container.ts";
import type { MadeContainer } from "#domain/made-container.ts";
import { Environment } from "#domain/release.ts";
import { hasSecret, looksSecret } from "#domain/secret-looks.ts";
import { plainWords } from "./failure.ts";
import { parseImage } from "./image-name.ts";
import type { FoundImage } from "./images.ts";
import { listLeftBehind } from "./left-behind.ts";

/** Of a release's environment. */
const envMax = 100;
const notesMax = 40;
const textLengthMax = 200;
const nanosPerCpu = 1e9;
/** What the engine gives a container of which nothing else was said. */
const stopSecondsDefault = 10;
const stopSecondsMax = 30;
const shape = ContainerSettings.shape;

/** A part of it, and what of that part is left behind. */
interface Carried<Part> {
  readonly part: Part;
  readonly left: readonly string[];
}

/** How a container was made, as far as a release can say it; `left` and all of the engine's other settings in words. */
export function carry(container: ContainerInspectInfo, image: FoundImage, allowed: readonly ContainerRight[]): MadeContainer {
  const { Id, Name, Config, HostConfig, NetworkSettings } = container;
  const program = carryProgram(Config, image.config);
  const user = carryUser(Config.User, image.config.User ?? "");
  const mounts = carryMounts(container.Mounts, allowed);
  const env = carryEnv(Config.Env ?? [], image.config.Env ?? []);
  const rights = carryRights(HostConfig, allowed);
  const memory = HostConfig.Memory ?? 0;
  const cpus = cpusOf(HostConfig);
  const left = [...program.left, ...user.left, ...mounts.left, ...env.left, ...rights.left, ...listLeftBehind(container, image.config)];
  return {
    id: Id,
    name: plainWords(Name.replace(/^\//, ""), textLengthMax),
    image: nameImage(Config.Image, image),
    ports: env.part.port === null ? portsOf(container) : [env.part.port],
    published: Object.entries(NetworkSettings.Ports ?? {}).flatMap(([name, bindings]) => {
      const [port, protocol] = name.split("/");
      const [first] = bindings ?? [];
      return first && protocol === "tcp" ? [{ port: Number(port), bind: first.HostIp === "" ? "0.0.0.0" : first.HostIp }] : [];
    }),
    networks: Object.keys(NetworkSettings.Networks ?? {})
      .filter((name) => name !== "host" && name !== "none")
      .map((name) => (name === "bridge" ? null : name)),
    settings: {
      ...program.part,
      user: user.part,
      memoryBytes: memory > 0 ? memory : null,
      cpus,
      mounts: mounts.part,
      ...rights.part,
      restart: shape.restart.catch("unless-stopped").parse(HostConfig.RestartPolicy?.Name || "no"),
      stopTimeout: `${Math.min(stopSecondsMax, stopSecondsOf(Config))}s`,
    },
    env: env.part.variables,
    notCarried: left.slice(0, notesMax).map((note) => plainWords(note, textLengthMax)),
  };
}

/** Under the name by which it was asked for where a registry knows it so. */
function nameImage(asked: string, { id, digests }: FoundImage): string {
  const { repository, tag } = parseImage(asked);
  const same = digests.find((each) => parseImage(each).repository === repository);
  const digest = same ?? digests[0];
  if (digest === undefined) return id;
  const named = same && tag !== null ? digest.replace("@", `:${tag}@`) : digest;
  return ImageName.safeParse(named).success ? named : id;
}

/** An image's own entry point cannot be taken away by a release, so a program that runs without it becomes the entry point. */
function carryProgram(own: ContainerInspectInfo["Config"], image: FoundImage["config"]): Carried<Pick<ContainerSettings, "entrypoint" | "command">> {
  const [entrypoint, command] = [wordsOf(own.Entrypoint), wordsOf(own.Cmd)];
  const isEntryOfImage = isSame(entrypoint, wordsOf(image.Entrypoint));
  const isCommandOfImage = isSame(command, wordsOf(image.Cmd));
  const asMade =
    isEntryOfImage && (isCommandOfImage || command.length > 0)
      ? { entrypoint: [], command: isCommandOfImage ? [] : command }
      : { entrypoint: entrypoint.length > 0 ? entrypoint : command.slice(0, 1), command: entrypoint.length > 0 ? command : command.slice(1) };
  const words = [...asMade.entrypoint, ...asMade.command];
  const nothing = { entrypoint: null, command: null };
  if (words.some(hasSecret)) return { part: nothing, left: ["Its command, which seems to hold a secret: give it as a variable"] };
  const part = { entrypoint: orNull(asMade.entrypoint), command: orNull(asMade.command) };
  const isSayable = shape.entrypoint.safeParse(part.entrypoint).success && shape.command.safeParse(part.command).success;
  return isSayable ? { part, left: [] } : { part: nothing, left: ["Its command, of which a part is empty or too long"] };
}

function carryUser(own: string, image: string): Carried<string | null> {
  if (own === image || own === "") return { part: null, left: [] };
  return shape.user.safeParse(own).success ? { part: own, left: [] } : { part: null, left: [`User ${own}`] };
}

function carryMounts(mounts: ContainerInspectInfo["Mounts"], allowed: readonly ContainerRight[]): Carried<ContainerSettings["mounts"]> {
  const part: ContainerSettings["mounts"] = [];
  const left: string[] = [];
  for (const { Type, Name = "", Source, Destination, RW } of mounts) {
    const readOnly = !RW;
    const isUnnamed = Type === "volume" && /^[0-9a-f]{64}$/.test(Name);
    const mount =
      Type === "volume"
        ? { type: "volume" as const, volume: Name, path: Destination, readOnly }
        : { type: "host" as const, directory: Source, path: Destination, readOnly };
    if (isUnnamed) left.push(`What it keeps at ${Destination}, in a volume without a name`);
    else if (Type !== "volume" && Type !== "bind") left.push(`A mount of type ${Type} at ${Destination}`);
    else if (Type === "bind" && !allowed.includes("host-mounts"))
      left.push(`The host's ${Source} at ${Destination}: TIDELINE_DOCKER_ALLOW does not list host-mounts`);
    else if (shape.mounts.safeParse([...part, mount]).success) part.push(mount);
    else left.push(`The mount at ${Destination}`);
  }
  return { part, left };
}

function carryRights(
  { Privileged = false, NetworkMode }: ContainerInspectInfo["HostConfig"],
  allowed: readonly ContainerRight[],
): Carried<Pick<ContainerSettings, "privileged" | "hostNetwork">> {
  const isOnHost = NetworkMode === "host";
  const refused = (right: ContainerRight, words: string) => `${words}: TIDELINE_DOCKER_ALLOW does not list ${right}`;
  return {
    part: { privileged: Privileged && allowed.includes("privileged"), hostNetwork: isOnHost && allowed.includes("host-network") },
    left: [
      ...(Privileged && !allowed.includes("privileged") ? [refused("privileged", "Privileged")] : []),
      ...(isOnHost && !allowed.includes("host-network") ? [refused("host-network", "The host's network")] : []),
    ],
  };
}

interface CarriedEnv {
  readonly variables: MadeContainer["env"];
  /** As the container was told by PORT. */
  readonly port: number | null;
}

function carryEnv(own: readonly string[], image: readonly string[]): Carried<CarriedEnv> {
  const variables: { key: string; value: string | null }[] = [];
  const left: string[] = [];
  let port: number | null = null;
  for (const line of own) {
    const [key = "", ...rest] = line.split("=");
    const value = rest.join("=");
    if (key === "PORT" && shape.port.safeParse(Number(value)).success) port = Number(value);
    else if (!image.includes(line)) {
      const problem = Environment.safeParse({ [key]: value }).error?.issues[0]?.message;
      if (problem !== undefined) left.push(`Variable ${key}. ${problem}`);
      else if (variables.length >= envMax) left.push(`Variable ${key}: a release has at most ${envMax}`);
      else variables.push({ key, value: looksSecret(key, value) ? null : value });
    }
  }
  return { part: { variables, port }, left };
}

function portsOf({ Config, NetworkSettings }: ContainerInspectInfo): number[] {
  const names = [...Object.keys(Config.ExposedPorts ?? {}), ...Object.keys(NetworkSettings.Ports ?? {})];
  const tcp = names.filter((name) => name.endsWith("/tcp")).map((name) => Number.parseInt(name, 10));
  return [...new Set(tcp)].toSorted((a, b) => a - b);
}

function cpusOf({ NanoCpus = 0, CpuQuota = 0, CpuPeriod = 0 }: ContainerInspectInfo["HostConfig"]): number | null {
  const cpus = NanoCpus > 0 ? NanoCpus / nanosPerCpu : CpuQuota > 0 ? CpuQuota / (CpuPeriod || 100_000) : 0;
  return shape.cpus.catch(null).parse(cpus > 0 ? Math.round(cpus * 1_000) / 1_000 : null);
}

export function stopSecondsOf(config: object): number {
  return "StopTimeout" in config && typeof config.StopTimeout === "number" ? config.StopTimeout : stopSecondsDefault;
}

function wordsOf(words: string | readonly string[] | null | undefined): readonly string[] {
  const list = typeof words === "string" ? [words] : (words ?? []);
  return list.length === 1 && list[0] === "" ? [] : list;
}

function orNull(words: readonly string[]): string[] | null {
  return words.length === 0 ? null : [...words];
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((word, index) => word === others[index]);
}
