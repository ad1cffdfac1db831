import { createHash } from "node:crypto";
import { isIP } from "node:net";
import { Failure } from "#domain/failure.ts";
import { instanceIdPattern } from "#domain/names.ts";

/** What is said to HAProxy's runtime API (management.txt, §9.3). Names and addresses are of strict patterns: nothing of them is a command. */

const ourPrefix = "tl-";
const tagLength = 10;

/** Of one unit at one address: a unit that comes back elsewhere is another server, whatever place it has in its instance. */
export function serverName(fleetId: string, instanceId: string, unit: { readonly key: string; readonly address: string | null }): string {
  return `${prefixOf(fleetId)}${instanceId}-${tagOf(`${unit.key} ${unit.address}`)}`;
}

/** The instance of a server that is ours; null for those of others, which are never touched. */
export function instanceOfServer(fleetId: string, name: string): string | null {
  const prefix = prefixOf(fleetId);
  if (!name.startsWith(prefix)) return null;
  const instanceId = name.slice(prefix.length, -tagLength - 1);
  return instanceIdPattern.test(instanceId) ? instanceId : null;
}

/** Of whatever fleet. */
export function isOurs(name: string): boolean {
  return name.startsWith(ourPrefix);
}

export function showServers(backend: string): string {
  const serversOnly = 4;
  return `show stat ${backend} ${serversOnly} -1`;
}

export function showBackend(backend: string): string {
  const backendOnly = 2;
  return `show stat ${backend} ${backendOnly} -1`;
}

/** Made disabled, as every server that is made while HAProxy runs. Throws Failure("invalid"). */
export function addServer(backend: string, name: string, address: string): string {
  const [, host = "", port = ""] = /^(.+):(\d{1,5})$/.exec(address) ?? [];
  if (isIP(host.replace(/^\[|\]$/g, "")) === 0)
    throw new Failure("invalid", `HAProxy takes servers by IP address while it runs, and this unit's address is ${address.slice(0, 100)}.`);
  return `add server ${backend}/${name} ${host}:${port}`;
}

export function setState(backend: string, name: string, state: "ready" | "drain" | "maint"): string {
  return `set server ${backend}/${name} state ${state}`;
}

/** 0: requests go there only when nowhere else. */
export function setWeight(backend: string, name: string, weight: 0 | 1): string {
  return `set server ${backend}/${name} weight ${weight}`;
}

/**
 * To a server that takes no new requests its limit of connections means nothing, so the drain's deadline (seconds since 1970)
 * is kept there: whoever looks after us, in another process, ends the drain in time. 0: none.
 */
export function keepDeadline(backend: string, name: string, seconds: number): string {
  return `set maxconn server ${backend}/${name} ${seconds}`;
}

export function cutSessions(backend: string, name: string): string {
  return `shutdown sessions server ${backend}/${name}`;
}

/** Refused while a connection is open there, an idle one too. */
export function deleteServer(backend: string, name: string): string {
  return `del server ${backend}/${name}`;
}

/** Fleets may share a HAProxy, and by mistake a backend. */
function prefixOf(fleetId: string): string {
  return `${ourPrefix}${tagOf(fleetId)}-`;
}

function tagOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, tagLength);
}
