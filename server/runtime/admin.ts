import { timingSafeEqual } from "node:crypto";
import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Failure } from "#domain/failure.ts";
import type { Logger } from "#server/log.ts";
import {
  type Answers,
  type Asked,
  type OperationName,
  operations,
  protocolHeader,
  protocolVersion,
  type Reply,
  requestBytesMax,
} from "./protocol.ts";

const bodyMsMax = 10_000;

/** What carries out each operation. */
export type Handlers = { readonly [Name in OperationName]: (asked: Asked<Name>) => Promise<Answers[Name]> };

export interface AdminOptions {
  readonly path: string;
  readonly token: string;
  readonly handlers: Handlers;
  readonly log: Logger;
}

/** The socket on which the control plane asks. Only who can read the token file is answered. */
export class Admin {
  readonly #options: AdminOptions;
  readonly #server: Server;

  constructor(options: AdminOptions) {
    this.#options = options;
    this.#server = createServer(
      { requestTimeout: bodyMsMax, headersTimeout: bodyMsMax },
      (request, response) => void this.#answer(request, response),
    );
  }

  /** The lock is ours, so a socket that is still there belongs to nobody. */
  listen(): Promise<void> {
    const { path } = this.#options;
    rmSync(path, { force: true });
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(path, () => {
        chmodSync(path, 0o600);
        resolve();
      });
    });
  }

  /** Takes no new request. */
  close(): void {
    this.#server.close();
    this.#server.closeIdleConnections();
    rmSync(this.#options.path, { force: true });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      this.#admit(request);
      const name = (request.url ?? "").slice(1);
      if (request.method !== "POST" || !isOperation(name)) throw new Failure("not-found", `The runtime knows no operation "${name}".`);
      const value = await this.#carryOut(name, await readBody(request));
      send(response, 200, { value });
    } catch (error) {
      send(response, 400, { failure: this.#describe(error) });
    }
  }

  #admit({ headers }: IncomingMessage): void {
    const expected = Buffer.from(`Bearer ${this.#options.token}`);
    const given = Buffer.from(headers.authorization ?? "");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Failure("not-allowed", "The runtime's token is wrong.");
    if (headers[protocolHeader] !== String(protocolVersion)) {
      throw new Failure(
        "unavailable",
        `The running local runtime speaks version ${protocolVersion} of its protocol and this Tideline version ${headers[protocolHeader]}. Run \`npm run stop-local\`, then start again.`,
      );
    }
  }

  async #carryOut<Name extends OperationName>(name: Name, body: unknown): Promise<Answers[Name]> {
    const parsed = operations[name].safeParse(body);
    if (!parsed.success) {
      const problems = parsed.error.issues.slice(0, 20).map(({ path, message }) => ({ field: path.join("."), message }));
      throw new Failure(
        "invalid",
        `The runtime cannot read this: ${problems.map(({ field, message }) => `${field}: ${message}`).join(" ")}`,
        problems,
      );
    }
    return this.#options.handlers[name](parsed.data as Asked<Name>);
  }

  #describe(error: unknown): { code: Failure["code"]; message: string; problems: Failure["problems"] } {
    if (error instanceof Failure) return { code: error.code, message: error.message, problems: error.problems };
    this.#options.log.error({ err: error }, "The runtime failed to carry out a request.");
    return { code: "internal", message: "The runtime made a mistake; its log in the data directory says more.", problems: [] };
  }
}

function isOperation(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > requestBytesMax) throw new Failure("limit", `A request holds at most ${requestBytesMax} bytes.`);
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new Failure("invalid", "The request is not JSON.");
  }
}

function send(response: ServerResponse, status: number, reply: Reply<unknown>): void {
  if (response.destroyed) return;
  const body = JSON.stringify(reply);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body), connection: "close" });
  response.end(body);
}
