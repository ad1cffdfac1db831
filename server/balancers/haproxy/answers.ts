import { Failure } from "#domain/failure.ts";

/** One server of a backend, as `show stat` tells it (management.txt, §9.1). */
export interface Server {
  readonly name: string;
  /** `in`: new requests go there; `draining`: none do; `out`: none do, and it is not counted on. As it is administered. */
  readonly state: "in" | "draining" | "out";
  readonly weight: number;
  readonly inFlight: number;
  /** Seconds since 1970, see `keepDeadline`; null where none is kept. */
  readonly deadline: number | null;
  /** Since HAProxy started, or the server was made: what has ended, and what of it failed. Attempts that were tried again elsewhere count. */
  readonly requests: number;
  readonly failed: number;
}

const oldestVersion = [2, 6] as const;
const wordsMax = 200;
/** Limits of connections that somebody set are far below. */
const deadlineFrom = 1_000_000_000;

/** Throws Failure("unavailable") where this is no answer of the kind. */
export function parseServers(text: string, backend: string): Map<string, Server> {
  if (/^No such (proxy|backend)/.test(text)) throw new Failure("unavailable", `HAProxy has no backend ${backend}. Name it as haproxy.cfg does.`);
  return new Map(parseRows(text).map((row) => [row("svname"), toServer(row)]));
}

/** "http" or "tcp", of what was told of a backend itself. */
export function modeOf(text: string): string {
  return parseRows(text)[0]?.("mode") ?? "";
}

type Row = (column: string) => string;

function parseRows(text: string): Row[] {
  const [head = "", ...lines] = text.trim().split("\n");
  if (!head.startsWith("# pxname,svname,")) throw refusalOf(text);
  const columns = head.slice(2).split(",");
  const at = Object.fromEntries(columns.map((name, index) => [name, index]));
  return lines.map((line) => {
    const fields = line.split(",");
    return (column) => fields[at[column] ?? -1] ?? "";
  });
}

/** What an answer to a change said that is no confirmation, in HAProxy's words. */
export function complaintOf(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !/^(New server registered|Server deleted)\./.test(line));
  return shorten(lines.join(" "));
}

/** Throws Failure("invalid") for what is too old, Failure("unavailable") for what is no HAProxy. */
export function requireVersion(text: string): string {
  const [, version = "", major = "", minor = ""] = /^Version: ((\d+)\.(\d+)\S*)/m.exec(text) ?? [];
  if (!/^Name: HAProxy/m.test(text) || version === "") throw refusalOf(text);
  const isOld = Number(major) < oldestVersion[0] || (Number(major) === oldestVersion[0] && Number(minor) < oldestVersion[1]);
  if (isOld) throw new Failure("invalid", `HAProxy ${version} cannot take servers in while it runs. Use ${oldestVersion.join(".")} or newer.`);
  return version;
}

function refusalOf(text: string): Failure {
  const words = shorten(text);
  if (/permission denied/i.test(text)) return new Failure("unavailable", 'HAProxy\'s runtime API may only be read. Give its socket "level admin".');
  return new Failure("unavailable", `What answers is not HAProxy's runtime API${words === "" ? "" : `: ${words}`}.`);
}

function toServer(text: Row): Server {
  const number = (column: string) => Number(text(column)) || 0;
  const sum = (columns: readonly string[]) => columns.reduce((total, column) => total + number(column), 0);
  const limit = number("slim");
  // A failed attempt that is made again elsewhere shows nowhere but in these: users saw nothing, and yet the server failed.
  const broken = sum(["econ", "eresp", "wretr", "wredis"]);
  return {
    name: text("svname"),
    state: stateOf(text("status"), number("scur")),
    weight: number("uweight"),
    inFlight: number("scur"),
    deadline: limit >= deadlineFrom ? limit : null,
    requests: sum(["hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx", "hrsp_other"]) + broken,
    failed: number("hrsp_5xx") + broken,
  };
}

function stateOf(status: string, inFlight: number): Server["state"] {
  if (status.startsWith("DRAIN")) return "draining";
  if (status.startsWith("MAINT") || status.startsWith("DOWN") || status.startsWith("NOLB")) return inFlight > 0 ? "draining" : "out";
  return "in";
}

/** On one line, for people. */
function shorten(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, wordsMax);
}
