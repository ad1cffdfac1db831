import { createHash } from "node:crypto";
import { z } from "zod";
import { Failure } from "#domain/failure.ts";
import type { NginxSettings } from "#domain/settings/nginx.ts";

/** The file that is ours: what NGINX reads of it, and in its comments what NGINX need not know. */

const marker = "# Tideline writes this file whole";
const tagLength = 10;
const addressForm = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):\d{1,5}$/;

const ServerLine = z.strictObject({
  /** The instance, and which unit of it at which address. */
  name: z.string(),
  address: z.string().regex(addressForm),
  state: z.enum(["in", "draining", "out"]),
  /** End of the drain, milliseconds since 1970. */
  until: z.number().nullable(),
  /** Requests that were in flight when the drain's time was over. */
  cut: z.number(),
});
export type ServerLine = z.infer<typeof ServerLine>;

const Owner = z.strictObject({ fleetId: z.string().nullable(), fence: z.number() });

export interface UpstreamFile extends z.infer<typeof Owner> {
  readonly servers: readonly ServerLine[];
}

const emptyFile: UpstreamFile = { fleetId: null, fence: 0, servers: [] };

export function serverName(instanceId: string, unit: { readonly key: string; readonly address: string | null }): string {
  return `${instanceId}-${createHash("sha256").update(`${unit.key} ${unit.address}`).digest("hex").slice(0, tagLength)}`;
}

/** Throws Failure("invalid") for an address that may not be written into a configuration. */
export function requireAddress(address: string): string {
  if (addressForm.test(address)) return address;
  throw new Failure("invalid", `NGINX cannot be given the address ${JSON.stringify(address.slice(0, 100))}: a host and a port are needed.`);
}

/** Throws Failure("invalid") for a file that is not ours: it is left as it is. */
export function parseFile(text: string, path: string): UpstreamFile {
  const notOurs = (why: string) =>
    new Failure("invalid", `${path} ${why}. Name a file that is Tideline's alone, or remove this one if nobody needs it.`);
  if (text.trim() === "") return emptyFile;
  if (!text.startsWith(marker)) throw notOurs("is not Tideline's");
  try {
    const jsonOf = (kind: string) => [...text.matchAll(new RegExp(`^# ${kind} (.*)$`, "gm"))].map(([, json = ""]) => JSON.parse(json) as unknown);
    const [owner] = jsonOf("fleet");
    if (owner === undefined) return emptyFile;
    return { ...Owner.parse(owner), servers: jsonOf("server").map((json) => ServerLine.parse(json)) };
  } catch {
    throw notOurs("was changed by somebody else");
  }
}

export function renderFile(file: UpstreamFile, settings: NginxSettings): string {
  const { fleetId, fence, servers } = file;
  const comments = [
    `${marker}: what is changed by hand is lost.`,
    `# fleet ${JSON.stringify({ fleetId, fence })}`,
    ...servers.map((server) => `# server ${JSON.stringify(server)}`),
  ];
  return `${[...comments, ...directives(file, settings), ""].join("\n")}`;
}

/** Names what NGINX does by this file: another one has the same if the same servers are in rotation. */
export function digestOf(file: UpstreamFile, settings: NginxSettings): string {
  return createHash("sha256")
    .update([...upstreamOf(file, settings), settings.status].join("\n"))
    .digest("hex")
    .slice(0, 32);
}

function directives(file: UpstreamFile, settings: NginxSettings): string[] {
  return [
    ...upstreamOf(file, settings),
    "server {",
    `  listen ${placeOf(settings)};`,
    "  access_log off;",
    `  location = /tideline { return 200 "${digestOf(file, settings)} $pid"; }`,
    '  location / { return 503 "No instance takes requests now."; }',
    "}",
  ];
}

/**
 * No connection to an instance is kept: one that is open is a request, so that they can be counted, and none is idle when
 * its instance stops. NGINX takes no upstream without servers; then the little server below answers 503.
 */
function upstreamOf({ servers }: UpstreamFile, settings: NginxSettings): string[] {
  const used = servers.filter(({ state }) => state === "in");
  const lines =
    used.length > 0 ? used.map(({ name, address }) => `  server ${address} fail_timeout=1s; # ${name}`) : [`  server ${placeOf(settings)};`];
  return [`upstream ${settings.upstream} {`, "  least_conn;", ...lines, "}"];
}

function placeOf({ status }: NginxSettings): string {
  return status.replace(/^http:\/\//, "");
}
