import { createHash } from "node:crypto";
import { Agent, type AgentOptions } from "node:http";
import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { Failure } from "#domain/failure.ts";

const readyMsMax = 8_000;
const keepaliveMs = 10_000;
const keepalivesMissedMax = 3;

export interface SshPlace {
  /** The address that was judged. */
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly privateKey: string;
  /** `SHA256:…`: another server is not spoken to. */
  readonly hostKey: string;
  /** The engine's socket there. */
  readonly path: string;
}

type Connected = (error: Error | null, stream: Duplex) => void;
/** With an error there is none, which the type of the callback does not say. */
const noStream = undefined as unknown as Duplex;

/**
 * Carries HTTP to a socket on another machine: one SSH connection, and in it one forwarded stream for each request. A
 * connection that ended is opened again by the next request. (docker-modem's own opens one for each, and trusts any server.)
 */
export class SshAgent extends Agent {
  readonly #place: SshPlace;
  #client: Promise<Client> | null = null;
  #closed = false;

  constructor(place: SshPlace, options: AgentOptions) {
    super({ ...options, keepAlive: false });
    this.#place = place;
  }

  override createConnection(_: unknown, connected?: Connected): undefined {
    this.#forward().then(
      (stream) => connected?.(null, stream),
      (error: unknown) => connected?.(error instanceof Error ? error : new Error("The SSH connection failed."), noStream),
    );
  }

  override destroy(): void {
    this.#closed = true;
    void this.#client?.then((client) => client.end()).catch(() => undefined);
    this.#client = null;
    super.destroy();
  }

  async #forward(): Promise<Duplex> {
    if (this.#closed) throw new Failure("unavailable", "This connection was closed.");
    this.#client ??= this.#keep();
    const client = await this.#client;
    return new Promise((resolve, reject) => {
      client.openssh_forwardOutStreamLocal(this.#place.path, (error, channel) => {
        if (error)
          reject(new Failure("unavailable", `The SSH server does not forward to ${this.#place.path}. Check that it is there and may be opened.`));
        else resolve(channel);
      });
    });
  }

  /** Until it ends; by then another may have taken its place. */
  #keep(): Promise<Client> {
    const forget = () => {
      if (this.#client === opening) this.#client = null;
    };
    const opening = this.#connect(forget);
    opening.catch(forget);
    return opening;
  }

  async #connect(onEnd: () => void): Promise<Client> {
    const { default: ssh2 } = await import("ssh2");
    const { host, port, username, privateKey, hostKey } = this.#place;
    const client = new ssh2.Client();
    return new Promise((resolve, reject) => {
      let isStranger = false;
      client.once("ready", () => resolve(client));
      client.on("error", (error) => {
        onEnd();
        reject(new Failure("unavailable", isStranger ? strangerText : `SSH to ${host}: ${wordsOf(error)}`));
      });
      client.once("close", () => {
        onEnd();
        reject(new Failure("unavailable", `SSH to ${host}: the connection was closed.`));
      });
      const hostVerifier = (key: Buffer) => {
        isStranger = fingerprintOf(key) !== hostKey;
        return !isStranger;
      };
      const timing = { readyTimeout: readyMsMax, keepaliveInterval: keepaliveMs, keepaliveCountMax: keepalivesMissedMax };
      client.connect({ host, port, username, privateKey, hostVerifier, ...timing });
    });
  }
}

const strangerText =
  "The SSH server shows another host key than the settings name. It is another server, or its key was changed: check before you change the settings.";

function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

function wordsOf(error: Error & { readonly level?: string }): string {
  if (error.level === "client-authentication") return "it does not accept our key for this user.";
  if (error.level === "client-timeout") return `it did not answer within ${readyMsMax / 1_000} s.`;
  return "code" in error ? `${String(error.code)}.` : "the connection failed.";
}
