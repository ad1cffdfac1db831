import type { IncomingMessage } from "node:http";

/** What of a message goes through the proxy. Raw headers are flat lists: name, value, name, value … in their own spelling. */

/** RFC 9110 §7.6.1: they belong to one connection. `expect` was already answered. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
]);

/** Cookies ignore ports: the console's own would reach every service on this host, and a service could set them. */
const ourCookie = /^(?:__Host-|__Secure-)?tideline/i;

/** Headers for the instance: cleaned, with X-Forwarded-*. */
export function requestHeaders(request: IncomingMessage): string[] {
  const headers: string[] = [];
  const dropped = namedByConnection(request.rawHeaders);
  let forwardedFor = "";
  for (const [name, value] of pairs(request.rawHeaders)) {
    const key = name.toLowerCase();
    if (hopByHop.has(key) || dropped.has(key)) continue;
    if (key === "x-forwarded-for") forwardedFor = forwardedFor === "" ? value : `${forwardedFor}, ${value}`;
    else if (key !== "cookie") headers.push(name, value);
    else pushCookies(headers, name, value);
  }
  const from = request.socket.remoteAddress ?? "unknown";
  headers.push("X-Forwarded-For", forwardedFor === "" ? from : `${forwardedFor}, ${from}`);
  if (request.headers["x-forwarded-proto"] === undefined) headers.push("X-Forwarded-Proto", "http");
  if (request.headers["x-forwarded-host"] === undefined && request.headers.host) headers.push("X-Forwarded-Host", request.headers.host);
  return headers;
}

/** Headers for the client. */
export function responseHeaders(raw: readonly string[]): string[] {
  const headers: string[] = [];
  const dropped = namedByConnection(raw);
  for (const [name, value] of pairs(raw)) {
    const key = name.toLowerCase();
    if (hopByHop.has(key) || dropped.has(key)) continue;
    if (key === "set-cookie" && ourCookie.test(value.trimStart())) continue;
    headers.push(name, value);
  }
  return headers;
}

/** May it be sent a second time? Nothing of it has been read yet, and twice is the same as once. */
export function isRepeatable(request: IncomingMessage): boolean {
  return !hasBody(request) && ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"].includes(request.method ?? "");
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function pushCookies(headers: string[], name: string, value: string): void {
  const kept = value.split(";").filter((cookie) => !ourCookie.test(cookie.trim()));
  if (kept.length > 0) headers.push(name, kept.join(";").trim());
}

function namedByConnection(raw: readonly string[]): ReadonlySet<string> {
  const named = new Set<string>();
  for (const [name, value] of pairs(raw)) {
    if (name.toLowerCase() === "connection") for (const part of value.split(",")) named.add(part.trim().toLowerCase());
  }
  return named;
}

function* pairs(raw: readonly string[]): Generator<[name: string, value: string]> {
  for (let index = 0; index + 1 < raw.length; index += 2) yield [raw[index] ?? "", raw[index + 1] ?? ""];
}
