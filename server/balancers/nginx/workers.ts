import { readdir, readFile } from "node:fs/promises";

/**
 * NGINX's processes and connections, as Linux shows them to everybody. Nothing is found where they cannot be seen: no
 * Linux, or NGINX in a container or on another machine, whose workers have other numbers there.
 */

/** Of a connection that somebody still waits on: established, being made, or ended by the instance but not yet by NGINX. */
const openStates = new Set(["01", "02", "08"]);
const acceptingTitle = "nginx: worker process";
const leavingTitle = "nginx: worker process is shutting down";

/** The account that a worker runs under, and with it all others of its NGINX; null where there is none of this number. */
export async function accountOf(pid: number): Promise<number | null> {
  const found = await readProcess(pid);
  return found?.title.startsWith(acceptingTitle) ? found.uid : null;
}

/** Process ids of all workers that take connections, of whatever NGINX. Reads every process of the machine. */
export async function findAccepting(): Promise<readonly number[]> {
  const accepting: number[] = [];
  for (const name of await readdir("/proc").catch(() => [])) {
    const found = /^\d+$/.test(name) ? await readProcess(Number(name)) : null;
    if (found && isAcceptingTitle(found.title)) accepting.push(Number(name));
  }
  return accepting;
}

/** Whether one of these still takes connections and is of the same NGINX as this worker. */
export async function acceptsBeside(pid: number, workers: readonly number[]): Promise<boolean> {
  const one = await readProcess(pid);
  if (!one?.title.startsWith(acceptingTitle)) return false;
  for (const worker of workers) {
    const found = await readProcess(worker);
    if (found?.parent === one.parent && isAcceptingTitle(found.title)) return true;
  }
  return false;
}

function isAcceptingTitle(title: string): boolean {
  return title.startsWith(acceptingTitle) && !title.startsWith(leavingTitle);
}

/** By `host:port` of the other side: connections of these accounts. */
export async function countConnections(uids: ReadonlySet<number>): Promise<ReadonlyMap<string, number> | null> {
  const tables = await Promise.all(["tcp", "tcp6"].map((table) => readFile(`/proc/net/${table}`, "utf8").catch(() => null)));
  if (tables.every((table) => table === null)) return null;
  const counts = new Map<string, number>();
  for (const line of tables.flatMap((table) => table?.split("\n").slice(1) ?? [])) {
    const [, , remote = "", state = "", , , , uid = ""] = line.trim().split(/\s+/);
    if (!openStates.has(state) || !uids.has(Number(uid))) continue;
    counts.set(remote, (counts.get(remote) ?? 0) + 1);
  }
  return counts;
}

/** As /proc/net/tcp writes it: groups of four bytes, each with its least byte first, and the port. Null for a name. */
export function hexOf(address: string): string | null {
  const { hostname, port } = new URL(`http://${address}`);
  const tail = `:${Number(port || 80)
    .toString(16)
    .toUpperCase()
    .padStart(4, "0")}`;
  const bytes = hostname.startsWith("[") ? bytesOfV6(hostname.slice(1, -1)) : /^[\d.]+$/.test(hostname) ? hostname.split(".").map(Number) : null;
  if (bytes === null) return null;
  const words: string[] = [];
  for (let at = 0; at < bytes.length; at += 4)
    words.push(
      bytes
        .slice(at, at + 4)
        .toReversed()
        .map((byte) => byte.toString(16).toUpperCase().padStart(2, "0"))
        .join(""),
    );
  return words.join("") + tail;
}

/** The URL parser has made it canonical: no dots, at most one "::". */
function bytesOfV6(host: string): number[] {
  const [head = "", tail] = host.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const first = groups(head);
  const last = tail === undefined ? [] : groups(tail);
  const middle = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return [...first, ...middle, ...last].flatMap((group) => [group >> 8, group & 255]);
}

async function readProcess(pid: number): Promise<{ title: string; parent: number; uid: number } | null> {
  try {
    const [title, status] = await Promise.all([readFile(`/proc/${pid}/cmdline`, "utf8"), readFile(`/proc/${pid}/status`, "utf8")]);
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]);
    return { title, parent: field("PPid"), uid: field("Uid") };
  } catch {
    return null;
  }
}
