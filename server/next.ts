import { type IncomingMessage, Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import createNext from "next";
import type { Config } from "./config.ts";

/** The console's pages. */
export interface Pages {
  answer(req: IncomingMessage, res: ServerResponse): Promise<void>;
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** Loads what `next build` made below the project's root; in development, builds each page when it is asked for. */
export async function createPages(config: Pick<Config, "projectRoot" | "development" | "host" | "port">): Promise<Pages> {
  const app = createNext({
    dir: config.projectRoot,
    dev: config.development,
    hostname: config.host,
    port: config.port,
    quiet: true,
    // Next would listen for upgrades on our server and end sockets that are not its own; this one never listens.
    httpServer: new Server(),
  });
  await app.prepare();
  const handle = app.getRequestHandler();
  const upgrade = app.getUpgradeHandler();
  return { answer: (req, res) => handle(req, res), upgrade: (req, socket, head) => upgrade(req, socket, head), close: () => app.close() };
}
