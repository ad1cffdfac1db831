import type { ContainerRight } from "#domain/container.ts";
import { Failure } from "#domain/failure.ts";
import type { MadeContainer } from "#domain/made-container.ts";
import { carry } from "./carry.ts";
import type { Engine } from "./client.ts";
import { inspectContainer } from "./containers.ts";
import { inspectImage } from "./images.ts";
import { labels } from "./labels.ts";

const containersMax = 500;
const inspectedAtOnceMax = 16;
const labelsMax = 50;
const valueLengthMax = 200;

/** A container that runs on an engine. Its words are somebody else's: show them as text. */
export interface FoundContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  /** Of which it runs, whatever the image's name means by now. */
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly port: number; readonly publishedAt: string | null }[];
  /** Of the fleet that it belongs to; null: it is not ours. */
  readonly fleetId: string | null;
}

export async function listRunning(engine: Engine, signal: AbortSignal): Promise<readonly FoundContainer[]> {
  const listed = await engine.ask(signal, (docker, abortSignal) => docker.listContainers({ limit: containersMax, abortSignal }));
  return listed.slice(0, containersMax).map(({ Id, Names, Image, ImageID, Labels, Ports }) => ({
    id: Id,
    name: cut(Names[0]?.replace(/^\//, "") ?? ""),
    image: cut(Image),
    imageId: ImageID,
    labels: Object.fromEntries(
      Object.entries(Labels)
        .slice(0, labelsMax)
        .map(([name, value]) => [cut(name), cut(value)]),
    ),
    ports: Ports.slice(0, labelsMax).map(({ PrivatePort, PublicPort, IP }) => ({
      port: PrivatePort,
      publishedAt: PublicPort ? `${IP}:${PublicPort}` : null,
    })),
    fleetId: Labels[labels.fleet] ?? null,
  }));
}

/** How these containers were made. Throws Failure("not-found") when one of them has gone. */
export async function readMade(
  engine: Engine,
  ids: readonly string[],
  allowed: readonly ContainerRight[],
  signal: AbortSignal,
): Promise<readonly MadeContainer[]> {
  const made: MadeContainer[] = [];
  for (let from = 0; from < ids.length; from += inspectedAtOnceMax)
    made.push(...(await Promise.all(ids.slice(from, from + inspectedAtOnceMax).map((id) => readOne(engine, id, allowed, signal)))));
  return made;
}

async function readOne(engine: Engine, id: string, allowed: readonly ContainerRight[], signal: AbortSignal): Promise<MadeContainer> {
  const container = await inspectContainer(engine, id, signal);
  if (container === null)
    throw new Failure("not-found", `The engine at ${engine.name} has no container ${id.slice(0, 12)} any more. List them again.`);
  const image = await inspectImage(engine, container.Image, signal);
  return carry(container, image ?? { id: container.Image, digests: [], config: {} }, allowed);
}

function cut(text: string): string {
  return text.slice(0, valueLengthMax);
}
