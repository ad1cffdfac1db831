import type { Engine } from "./client.ts";
import { labels } from "./labels.ts";

const containersMax = 500;
const labelsMax = 50;
const valueLengthMax = 200;

/** A container that runs on an engine. Its words are somebody else's: show them as text. */
export interface FoundContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly port: number; readonly publishedAt: string | null }[];
  /** Of the fleet that it belongs to; null: it is not ours. */
  readonly fleetId: string | null;
}

export async function listRunning(engine: Engine, signal: AbortSignal): Promise<readonly FoundContainer[]> {
  const listed = await engine.ask(signal, (docker, abortSignal) => docker.listContainers({ limit: containersMax, abortSignal }));
  return listed.slice(0, containersMax).map(({ Id, Names, Image, Labels, Ports }) => ({
    id: Id,
    name: cut(Names[0]?.replace(/^\//, "") ?? ""),
    image: cut(Image),
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

function cut(text: string): string {
  return text.slice(0, valueLengthMax);
}
