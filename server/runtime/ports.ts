import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { Failure } from "#domain/failure.ts";

/** Below the range from which the system takes source ports, or an outgoing connection could sit on a chosen port. */
const portFirst = 30_000;
const portLastDefault = 32_767;
const attemptsMax = 200;
const host = "127.0.0.1";

const reserved = new Set<number>();

/** A loopback port that nobody listens on, reserved until it is given back. Throws Failure("limit") when none is found. */
export async function reservePort(): Promise<number> {
  const last = portLast();
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const port = portFirst + Math.floor(Math.random() * (last - portFirst + 1));
    if (reserved.has(port)) continue;
    reserved.add(port);
    if (await isFree(port)) return port;
    reserved.delete(port);
  }
  throw new Failure("limit", `No free port was found between ${portFirst} and ${last}. End something that listens there, or remove a fleet.`);
}

export function holdPort(port: number): void {
  reserved.add(port);
}

export function giveBackPort(port: number): void {
  reserved.delete(port);
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function portLast(): number {
  try {
    const [first = ""] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").trim().split(/\s+/);
    const last = Number(first) - 1;
    return last > portFirst + 500 ? Math.min(last, 60_000) : portLastDefault;
  } catch {
    return portLastDefault;
  }
}
