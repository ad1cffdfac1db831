import type { ContainerInfo } from "dockerode";
import type { Fleet } from "#domain/fleet.ts";
import { adoptedOf, labelsFor } from "./adopted.ts";
import type { Engine } from "./client.ts";
import { labelled, labels } from "./labels.ts";

/** A container of a fleet's as its engine lists it. */
export interface Listing {
  readonly info: ContainerInfo;
  /** What its labels say of it; of one that was adopted, what they would say. */
  readonly own: Readonly<Record<string, string>>;
  readonly isAdopted: boolean;
}

interface Range {
  readonly instanceId?: string;
  readonly isRunning?: boolean;
}

/** All of a fleet or of one instance, the newest first: those with its labels, then those that it adopted. */
export async function listUnits(engine: Engine, fleet: Fleet, { instanceId, isRunning = false }: Range, signal: AbortSignal): Promise<Listing[]> {
  const adopted = adoptedOf(fleet, instanceId);
  const list = (filters: Readonly<Record<string, string[]>>) =>
    engine.ask(signal, (docker, abortSignal) =>
      docker.listContainers({ all: true, filters: isRunning ? { ...filters, status: ["running"] } : filters, abortSignal }),
    );
  const [ours, theirs] = await Promise.all([
    list(labelled(fleet.fleetId, instanceId)),
    // An empty filter would find every container there is.
    adopted.size === 0 ? [] : list({ id: [...adopted.keys()] }),
  ]);
  return [
    ...ours.filter(({ Labels }) => labels.key in Labels).map((info) => ({ info, own: info.Labels, isAdopted: false })),
    ...theirs.flatMap((info) => {
      const known = adopted.get(info.Id);
      return known ? [{ info, own: labelsFor(fleet, known), isAdopted: true }] : [];
    }),
  ];
}
