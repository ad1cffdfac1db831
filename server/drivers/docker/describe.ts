import { formatDuration } from "#domain/duration.ts";
import type { UnitView } from "#domain/engine/observation.ts";
import type { DockerSettings } from "#domain/settings/docker.ts";
import type { Container } from "./containers.ts";
import { plainWords } from "./failure.ts";

type Unit = NonNullable<UnitView["unit"]>;

const states: Readonly<Record<string, Unit["state"]>> = {
  created: "exited",
  running: "running",
  paused: "running",
  restarting: "exited",
  removing: "stopping",
  exited: "exited",
  dead: "exited",
};
const mebibyte = 1_048_576;

export interface Described {
  readonly host: string;
  readonly settings: Pick<DockerSettings, "network" | "reach">;
  /** The last that the program said before it ended; null: nothing. */
  readonly lastWords: string | null;
  /** Beside the engine's own count: what a liveness check has started again. */
  readonly ownRestarts: number;
}

/** A container as the engine of rollouts sees a unit. */
export function describeUnit(container: Container, { host, settings, lastWords, ownRestarts }: Described): Unit {
  const { key, releaseId, status, startedAt, createdAt, restarts } = container;
  return {
    key,
    releaseId,
    state: states[status] ?? "exited",
    startedAt: startedAt ?? createdAt,
    restarts: restarts + ownRestarts,
    address: addressOf(container, host, settings),
    message: describeTrouble(container, lastWords),
  };
}

/** Why it does not run, or runs and is not well; null where nothing is wrong. */
export function describeTrouble(container: Container, lastWords: string | null): string | null {
  const { status, error, health } = container;
  if (status === "paused") return "It was paused by hand: docker unpause lets it go on.";
  if (status === "running") return health?.status === "unhealthy" ? `Its image's HEALTHCHECK fails${said(health.output)}` : null;
  if (status === "created" && error !== "") return `The engine could not start it: ${plainWords(error)}`;
  return status === "restarting" || status === "exited" || status === "dead" ? describeEnd(container, lastWords) : null;
}

function describeEnd({ status, exitCode, outOfMemory, memoryBytes, startedAt, finishedAt, error }: Container, lastWords: string | null): string {
  const ranMs = startedAt !== null && finishedAt !== null && finishedAt > startedAt ? finishedAt - startedAt : null;
  const how = outOfMemory
    ? `was killed because it used ${memoryText(memoryBytes)}`
    : error === ""
      ? `ended ${codeText(exitCode)}`
      : plainWords(error);
  const after = ranMs === null ? "" : ` after ${formatDuration(ranMs)}`;
  return `It ${how}${after}${status === "restarting" ? " and is started again by the engine" : ""}${said(lastWords ?? "")}`;
}

function memoryText(limit: number): string {
  return limit === 0 ? "more memory than its machine has" : `more memory than its limit of ${Math.round(limit / mebibyte)} MiB`;
}

/** Above 128 the code is a signal's. */
function codeText(exitCode: number): string {
  if (exitCode === 137) return "with code 137: it was killed";
  if (exitCode === 143) return "with code 143: it was told to stop";
  return `with code ${exitCode}`;
}

function said(words: string): string {
  const plain = plainWords(words, 200);
  return plain === "" ? "." : `: ${plain}`;
}

/** Where its service is reached; null while it has no address. */
export function addressOf(container: Container, host: string, { network, reach }: Described["settings"]): string | null {
  const { port, ports, addresses, networkMode, status } = container;
  if (networkMode === "host") return status === "running" ? `${bracket(host)}:${port}` : null;
  if (reach.type === "published") {
    const published = (ports[`${port}/tcp`] ?? []).find(({ HostIp }) => isBoundTo(HostIp, reach.bind));
    return published ? `${bracket(reach.host ?? reach.bind)}:${published.HostPort}` : null;
  }
  const address = network === null ? Object.values(addresses).find((each) => each !== "") : addresses[network];
  return address ? `${bracket(address)}:${port}` : null;
}

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** An address as it is dialled. */
export function parseTarget(address: string | null): Target | null {
  const colon = address?.lastIndexOf(":") ?? -1;
  if (address === null || colon < 0) return null;
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(address.slice(colon + 1)) };
}

const everywhere = ["0.0.0.0", "::", ""];

/** Of an adopted container it was somebody else who chose the address. */
function isBoundTo(hostIp: string, bind: string): boolean {
  return hostIp === bind || (everywhere.includes(hostIp) && (hostIp === "" || hostIp.includes(":") === bind.includes(":")));
}

function bracket(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
