import { readFileSync } from "node:fs";
import { type IncomingMessage, Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import createNext from "next";
import type { Config } from "./config.ts";

/** The console's pages. */
export interface Pages {
  answer(req: IncomingMessage, res: ServerResponse): Promise<void>;
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

/** Loads what `next build` made below the project's root; in development, builds each page when it is asked for. */
export async function createPages(config: Pick<Config, "projectRoot" | "development" | "host" | "port">): Promise<Pages> {
  if (!config.development) passBuiltConfig(config.projectRoot);
  // Next listens for upgrades on the server it is given and ends sockets that are not its own. This one never listens
  // itself: it is told only of upgrades meant for Next, those of a page that is rebuilt while one looks at it.
  const upgrades = new Server();
  const app = createNext({
    dir: config.projectRoot,
    dev: config.development,
    hostname: config.host,
    port: config.port,
    quiet: true,
    httpServer: upgrades,
  });
  await app.prepare();
  const handle = app.getRequestHandler();
  return {
    answer: (req, res) => handle(req, res),
    upgrade: (req, socket, head) => {
      if (!upgrades.emit("upgrade", req, socket, head)) socket.destroy();
    },
    close: () => app.close(),
  };
}

/**
 * Next's own standalone server hands over the build's configuration in this variable: nothing is transpiled at start,
 * which saves its native compiler's 28 MB.
 */
function passBuiltConfig(projectRoot: string): void {
  const path = join(projectRoot, ".next", "required-server-files.json");
  try {
    const { config } = JSON.parse(readFileSync(path, "utf8")) as { config: unknown };
    process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config);
  } catch {
    throw new Error(`The pages are not built (${path} cannot be read). Start Tideline with "npm start", which builds them.`);
  }
}
