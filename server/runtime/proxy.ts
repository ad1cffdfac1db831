import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { Failure } from "#domain/failure.ts";
import { type ForwardOptions, forward } from "./forward.ts";
import { forwardUpgrade } from "./upgrade.ts";

const host = "127.0.0.1";
/** Connections of clients to one fleet at a time; more wait in the system's queue or are refused. */
const connectionsMax = 10_000;
/** Longer than clients commonly keep a connection: who closes first should be the client. */
const keepAliveMs = 75_000;
const headersMsMax = 60_000;

/** A fleet's HTTP/1.1 listener on the loopback address. A drain never closes a client's connection: those are the proxy's. */
export class FleetProxy {
  readonly #server: Server;
  readonly #upgraded = new Set<Socket>();
  readonly port: number;

  constructor(port: number, options: () => ForwardOptions) {
    this.port = port;
    // requestTimeout 0: an upload may take as long as it goes on.
    this.#server = createServer({ keepAliveTimeout: keepAliveMs, headersTimeout: headersMsMax, requestTimeout: 0, noDelay: true });
    this.#server.maxConnections = connectionsMax;
    this.#server.on("request", (request, response) => forward(request, response, options()));
    this.#server.on("upgrade", (request, socket, head) => {
      this.#upgraded.add(socket as Socket);
      socket.once("close", () => this.#upgraded.delete(socket as Socket));
      forwardUpgrade(request, socket, head, options());
    });
    this.#server.on("connect", (_, socket) => socket.end("HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\n\r\n"));
  }

  /** Throws Failure("conflict") when something else has the port. */
  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      const onError = (error: NodeJS.ErrnoException) => reject(listenFailure(this.port, error));
      this.#server.once("error", onError);
      this.#server.listen({ host, port: this.port, exclusive: true }, () => {
        this.#server.off("error", onError);
        this.#server.on("error", () => undefined);
        resolve();
      });
    });
  }

  /** Takes no new connection, lets requests end for `graceMs`, then ends the rest. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const finishing = setInterval(() => this.#server.closeIdleConnections(), 50);
    const force = setTimeout(() => {
      this.#server.closeAllConnections();
      for (const socket of this.#upgraded) socket.destroy();
    }, graceMs);
    await closed;
    clearInterval(finishing);
    clearTimeout(force);
  }
}

function listenFailure(port: number, error: NodeJS.ErrnoException): Failure {
  const message =
    error.code === "EADDRINUSE"
      ? `Port ${port} is in use on this machine. Choose another port for the fleet, or end what listens there.`
      : `Port ${port} cannot be opened (${error.code ?? error.message}). Choose another port for the fleet.`;
  return new Failure(error.code === "EADDRINUSE" ? "conflict" : "invalid", message, [{ field: "port", message }]);
}
