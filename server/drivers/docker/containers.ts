import type { ContainerInspectInfo } from "dockerode";
import type { Fleet } from "#domain/fleet.ts";
import type { Engine } from "./client.ts";
import { statusOf } from "./failure.ts";
import { labels, type Place } from "./labels.ts";
import { type Listing, listUnits } from "./listings.ts";

const inspectedAtOnceMax = 16;
const knownForMs = 2_000;
const knownMax = 10_000;

/** A container of a fleet, as the engine shows it. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly instanceId: string;
  readonly key: string;
  readonly releaseId: string;
  readonly place: Place;
  readonly port: string;
  /** Somebody else made it. */
  readonly isAdopted: boolean;
  readonly createdAt: number;
  readonly status: string;
  /** Of its last start; null: it never ran. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  readonly memoryBytes: number;
  /** Why the engine could not start it; empty where it could. */
  readonly error: string;
  readonly restarts: number;
  readonly restartPolicy: string;
  /** Of the image's own HEALTHCHECK; null: it has none. */
  readonly health: { readonly status: string; readonly output: string } | null;
  readonly ports: ContainerInspectInfo["NetworkSettings"]["Ports"];
  /** In its networks, by their names. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly networkMode: string;
}

/**
 * All of a fleet, or of one instance, whether they run or not. With `known` those are not looked at again of which the list
 * says what it said a moment ago: how long one is up is part of that, so one that was started again is.
 */
export async function readContainers(
  engine: Engine,
  fleet: Fleet,
  signal: AbortSignal,
  { instanceId, known }: { readonly instanceId?: string; readonly known?: Known } = {},
): Promise<readonly Container[]> {
  const listed = await listUnits(engine, fleet, instanceId === undefined ? {} : { instanceId }, signal);
  const found: Container[] = [];
  for (let from = 0; from < listed.length; from += inspectedAtOnceMax) {
    const some = await Promise.all(
      listed.slice(from, from + inspectedAtOnceMax).map((listing) => known?.find(listing) ?? readAndKeep(engine, listing, known, signal)),
    );
    found.push(...some.filter((container) => container !== null));
  }
  return found;
}

async function readAndKeep(engine: Engine, listing: Listing, known: Known | undefined, signal: AbortSignal): Promise<Container | null> {
  const container = await readContainer(engine, listing.info.Id, signal, listing.isAdopted ? listing.own : undefined);
  if (container) known?.keep(listing, container);
  return container;
}

/** Containers that were looked at lately, of all fleets together. */
export class Known {
  readonly #kept = new Map<string, { readonly print: string; readonly at: number; readonly container: Container }>();

  find(listing: Listing): Container | null {
    const kept = this.#kept.get(listing.info.Id);
    return kept && kept.print === printOf(listing) && performance.now() - kept.at < knownForMs ? kept.container : null;
  }

  keep(listing: Listing, container: Container): void {
    this.#kept.delete(container.id);
    this.#kept.set(container.id, { print: printOf(listing), at: performance.now(), container });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > knownMax && oldest !== undefined) this.#kept.delete(oldest);
  }
}

/** All of a listing that changes. */
function printOf({ info: { Names, State, Status, Ports, NetworkSettings }, own, isAdopted }: Listing): string {
  return JSON.stringify([Names, State, Status, Ports, NetworkSettings?.Networks, isAdopted && own]);
}

/** Null: it has gone. One that was adopted says nothing of itself: `adopted` is what its labels would. */
export async function readContainer(engine: Engine, id: string, signal: AbortSignal, adopted?: Listing["own"]): Promise<Container | null> {
  const inspected = await inspectContainer(engine, id, signal);
  return inspected && toContainer(inspected, adopted);
}

/** Null: there is none. */
export function inspectContainer(engine: Engine, id: string, signal: AbortSignal): Promise<ContainerInspectInfo | null> {
  return engine.ask(signal, async (docker, abortSignal) => {
    try {
      return await docker.getContainer(id).inspect({ abortSignal });
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  });
}

export function toContainer(
  { Id, Name, Created, State, RestartCount, HostConfig, Config, NetworkSettings }: ContainerInspectInfo,
  adopted?: Listing["own"],
): Container {
  const own = adopted ?? Config.Labels;
  const startedAt = timeOf(State.StartedAt);
  const checked = State.Health;
  return {
    id: Id,
    name: Name.replace(/^\//, ""),
    instanceId: own[labels.instance] ?? "",
    key: own[labels.key] ?? "",
    releaseId: own[labels.release] ?? "",
    place: own[labels.place] === "next" ? "next" : "unit",
    port: own[labels.port] ?? "",
    isAdopted: adopted !== undefined,
    createdAt: timeOf(Created) ?? 0,
    status: State.Status,
    startedAt,
    finishedAt: timeOf(State.FinishedAt),
    exitCode: State.ExitCode,
    outOfMemory: State.OOMKilled,
    memoryBytes: HostConfig.Memory ?? 0,
    error: State.Error,
    restarts: RestartCount,
    restartPolicy: HostConfig.RestartPolicy?.Name || "no",
    health: checked && checked.Status !== "none" ? { status: checked.Status, output: checked.Log?.at(-1)?.Output ?? "" } : null,
    ports: NetworkSettings.Ports ?? {},
    addresses: Object.fromEntries(Object.entries(NetworkSettings.Networks ?? {}).map(([name, { IPAddress }]) => [name, IPAddress])),
    networkMode: HostConfig.NetworkMode ?? "",
  };
}

/** The engine writes year 1 for never. */
function timeOf(text: string | undefined): number | null {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) || time <= 0 ? null : time;
}

/** It runs, or the engine is about to start it again. */
export function isUp({ status }: Pick<Container, "status">): boolean {
  return status === "running" || status === "restarting" || status === "paused";
}

/** It was created, and nobody has tried to start it yet: whoever created it has died or is not done. */
export function isPending({ status, startedAt, error }: Pick<Container, "status" | "startedAt" | "error">): boolean {
  return status === "created" && startedAt === null && error === "";
}
