import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { bearerOf } from "./auth/bearer.ts";
import type { Config } from "./config.ts";

/** Why a request is not let in: said as plain text, with what to do about it. */
export interface Refusal {
  readonly status: 400 | 403 | 404 | 405 | 411 | 413 | 415 | 421;
  readonly message: string;
}

type Request = Pick<IncomingMessage, "method" | "url" | "headers">;

const bodyBytesMax = 1_000_000;
const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

/** Hosts and origins under which the console may be opened. */
export interface Doors {
  readonly hosts: ReadonlySet<string>;
  readonly origins: ReadonlySet<string>;
}

export function findDoors(config: Pick<Config, "host" | "port" | "publicUrl">): Doors {
  const wildcard = config.host === "0.0.0.0" || config.host === "::";
  const own = isIP(config.host) === 6 ? `[${config.host}]` : config.host.toLowerCase();
  const origins = new Set([...loopbackNames, ...(wildcard ? [] : [own])].map((name) => new URL(`http://${name}:${config.port}`).origin));
  if (config.publicUrl) origins.add(config.publicUrl);
  return { origins, hosts: new Set([...origins].map((origin) => new URL(origin).host)) };
}

/**
 * A page of another site can make a browser send requests here: by a name that it lets point at us (so Host must be
 * one of ours), or as itself (so whatever changes something must come from our own Origin, as JSON).
 */
export function refuseRequest(req: Request, doors: Doors): Refusal | null {
  if (!isPath(req.url)) return { status: 400, message: "This address is not a path of this server." };
  if (!isOurHost(req, doors)) return misdirected(doors);
  if (req.method === "GET" || req.method === "HEAD") return null;
  if (req.method !== "POST") return { status: 405, message: "Use GET to read and POST to change." };
  return refuseOrigin(req, doors) ?? refuseBody(req);
}

/** A socket lives long and carries the session's cookie, so its Origin is asked for although it begins with a GET. */
export function refuseHandshake(req: Request, doors: Doors): Refusal | null {
  return isOurHost(req, doors) ? refuseOrigin(req, doors) : misdirected(doors);
}

/** `//name/…` would be read as another server's address. */
function isPath(url: string | undefined): boolean {
  return url !== undefined && /^\/(?![/\\])/.test(url) && URL.canParse(url, "http://localhost");
}

function isOurHost(req: Request, doors: Doors): boolean {
  return doors.hosts.has(req.headers.host?.toLowerCase() ?? "");
}

function misdirected(doors: Doors): Refusal {
  const known = [...doors.origins].join(", ");
  return { status: 421, message: `Tideline is not opened by this name. It answers at ${known}. To open it by another one, set PUBLIC_URL.` };
}

function refuseOrigin(req: Request, doors: Doors): Refusal | null {
  // A browser sends no token by itself, and with one no cookie is looked at: no other page can make it do so.
  if (sendsToken(req)) return null;
  if (doors.origins.has(req.headers.origin ?? "")) return null;
  return { status: 403, message: "This request does not come from a page of this Tideline (its Origin is missing or another one)." };
}

function sendsToken(req: Request): boolean {
  return bearerOf(req) !== null && /^\/(?:api\/trpc|socket\.io)\//.test(req.url ?? "");
}

function refuseBody(req: Request): Refusal | null {
  if (!req.url?.startsWith("/api/")) return { status: 405, message: "Pages are read with GET." };
  if (!/^application\/json\s*(?:;|$)/i.test(req.headers["content-type"] ?? "")) return { status: 415, message: "Send application/json." };
  const length = req.headers["content-length"];
  if (length === undefined) return { status: 411, message: "Send the body with a Content-Length." };
  return Number(length) <= bodyBytesMax ? null : { status: 413, message: `A request has at most ${bodyBytesMax} bytes.` };
}
