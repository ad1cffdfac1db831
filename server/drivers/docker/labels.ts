import { createHash } from "node:crypto";
import type { Fleet } from "#domain/fleet.ts";
import { fleetLabel } from "#domain/fleet-label.ts";

/** What makes a container one of ours, and says which. They never change; names are for people. */
export const labels = {
  fleet: fleetLabel,
  instance: "tideline.instance",
  /** Idempotency key under which it was created. */
  key: "tideline.key",
  release: "tideline.release",
  /** Whether it was created in place of its instance's unit, or beside it. */
  place: "tideline.place",
  /** On which its service listens, among whatever else its image exposes. */
  port: "tideline.port",
  /** The lease's token of whoever created it. */
  token: "tideline.token",
  /** For people, as names are. */
  fleetName: "tideline.fleet-name",
} as const;

export type Place = "unit" | "next";

export interface UnitName {
  readonly instanceId: string;
  readonly key: string;
}

const nextSuffix = ".next";
const hashLength = 10;

/** Of a unit that has its instance's place. The same for the same key, so that the engine refuses to make it twice. */
export function nameOf(fleet: Pick<Fleet, "fleetId" | "name">, { instanceId, key }: UnitName): string {
  const hash = createHash("sha256").update(`${fleet.fleetId} ${instanceId} ${key}`).digest("hex").slice(0, hashLength);
  return `${fleet.name}-${instanceId}-${hash}`;
}

/** Of a second unit, until it takes the first one's place. */
export function nextNameOf(fleet: Pick<Fleet, "fleetId" | "name">, unit: UnitName): string {
  return `${nameOf(fleet, unit)}${nextSuffix}`;
}

/** As the engine's lists are asked. */
export function labelled(fleetId: string, instanceId?: string): { label: string[] } {
  return { label: [`${labels.fleet}=${fleetId}`, ...(instanceId === undefined ? [] : [`${labels.instance}=${instanceId}`])] };
}
