import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { LookupFunction } from "node:net";
import { inspect } from "node:util";
import type Docker from "dockerode";
import { Failure } from "#domain/failure.ts";
import { type DockerEngine, type EngineAddress, parseEngineUrl } from "#domain/settings/docker.ts";
import { untilAborted } from "#server/io/outgoing.ts";
import type { Secrets } from "#server/io/secrets.ts";
import type { UrlPolicy } from "#server/io/url-policy.ts";
import { statusOf, toFailure } from "./failure.ts";
import { SshAgent } from "./ssh-agent.ts";

/** Of one call, unless it says otherwise: looking takes milliseconds on an engine that is well. */
const lookMsMax = 8_000;
/** Old engines take a second to tell what a container uses; looking must not wait behind that. */
const socketsMax = 128;
const enginesMax = 50;

/** One engine that can be asked. */
export interface Engine {
  /** Its URL, which holds no secret. */
  readonly name: string;
  /** How its machine is called from here. */
  readonly host: string;
  /** Throws Failure: `unavailable` where it gave no answer in time. `secrets` are kept out of its words. */
  ask<Value>(signal: AbortSignal, call: (docker: Docker, end: AbortSignal) => Promise<Value>, options?: AskOptions): Promise<Value>;
}

interface AskOptions {
  readonly withinMs?: number;
  readonly secrets?: readonly string[];
}

export interface Engines {
  /** Reads its secrets and looks its host up; connects at the first call. Throws Failure. */
  open(settings: DockerEngine, signal: AbortSignal): Promise<Engine>;
  close(): void;
}

interface EnginesInput {
  readonly policy: UrlPolicy;
  readonly secrets: Secrets;
}

interface Opened {
  readonly docker: Docker;
  readonly agent: HttpAgent;
}

/** Engines are opened once and kept. One that gave no answer is opened anew: its certificate or its address may have changed. */
export function createEngines({ policy, secrets }: EnginesInput): Engines {
  const kept = new Map<string, Promise<Opened>>();

  function forget(key: string): void {
    const opened = kept.get(key);
    kept.delete(key);
    void opened?.then(({ agent }) => agent.destroy()).catch(() => undefined);
  }

  function keep(key: string, settings: DockerEngine): Promise<Opened> {
    const known = kept.get(key);
    if (known) return known;
    const [oldest] = kept.keys();
    if (kept.size >= enginesMax && oldest !== undefined) forget(oldest);
    const opening = openDocker(settings, { policy, secrets });
    kept.set(key, opening);
    opening.catch(() => kept.delete(key));
    return opening;
  }

  return {
    open: async (settings, signal) => {
      const key = JSON.stringify(settings);
      const name = settings.url;
      await untilAborted(keep(key, settings), signal);
      return {
        name,
        host: hostOf(addressOf(settings)),
        ask: async (asked, call, { withinMs = lookMsMax, secrets: hidden = [] } = {}) => {
          const deadline = AbortSignal.timeout(withinMs);
          const end = AbortSignal.any([asked, deadline]);
          try {
            const { docker } = await untilAborted(keep(key, settings), end);
            return await untilAborted(call(docker, end), end);
          } catch (error) {
            if (deadline.aborted) forget(key);
            if (end.aborted)
              throw new Failure(
                "unavailable",
                `The engine at ${name} gave no answer${deadline.aborted ? ` within ${withinMs / 1_000} s` : " in time"}.`,
              );
            if (statusOf(error) === null && !(error instanceof Failure)) forget(key);
            throw toFailure(error, name, hidden);
          }
        },
      };
    },
    close: () => {
      for (const key of [...kept.keys()]) forget(key);
    },
  };
}

function addressOf({ url }: DockerEngine): EngineAddress {
  const address = parseEngineUrl(url);
  if (address === null) throw new Failure("invalid", `${url} names no engine.`, [{ field: "driver.engine.url", message: "This names no engine." }]);
  return address;
}

function hostOf(address: EngineAddress): string {
  return address.type === "unix" ? "127.0.0.1" : address.host;
}

async function openDocker(settings: DockerEngine, parts: EnginesInput): Promise<Opened> {
  const { default: DockerClient } = await import("dockerode");
  const { agent, ...way } = await findWay(settings, parts);
  hideFromLog(agent);
  // Whatever is left out, the package takes from DOCKER_HOST and its like: the server's own environment names no fleet's engine.
  const nothing = { socketPath: undefined, host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined, username: undefined };
  const options = { ...nothing, ...way, agent };
  return { agent, docker: new DockerClient(options) };
}

/**
 * docker-modem 5.0 turns the options of every request into text for a log that nobody reads, and with them the agent and all of
 * its sockets, with what each holds: 60 requests at once cost half a second of computing. A name is enough for it.
 */
function hideFromLog(agent: HttpAgent): void {
  Object.defineProperty(agent, inspect.custom, { value: () => "an agent" });
}

type Way = { readonly agent: HttpAgent; readonly protocol: "http" | "https" } & (
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number }
);

async function findWay(settings: DockerEngine, { policy, secrets }: EnginesInput): Promise<Way> {
  const address = addressOf(settings);
  const options = { maxSockets: socketsMax, keepAlive: true };
  if (address.type === "unix") return { agent: new HttpAgent(options), protocol: "http", socketPath: address.path };
  const { host, port } = address;
  const judged = await policy.resolve(new URL(`http://${host.includes(":") ? `[${host}]` : host}:${port}`));
  if (address.type === "ssh" && settings.ssh !== null) {
    const privateKey = (await secrets.readPem(settings.ssh.key)).reveal();
    const place = { host: judged.address, port, username: address.user, privateKey, hostKey: settings.ssh.hostKey, path: address.path };
    return { agent: new SshAgent(place, { maxSockets: socketsMax }), protocol: "http", host: "docker", port: 80 };
  }
  const lookup: LookupFunction = (_, { all }, found) => (all ? found(null, [judged]) : found(null, judged.address, judged.family));
  if (settings.tls === null) return { agent: new HttpAgent({ ...options, lookup }), protocol: "http", host, port };
  const { tls } = settings;
  const pems = await Promise.all([tls.ca, tls.cert, tls.key].map((reference) => secrets.readPem(reference)));
  const [ca, cert, key] = pems.map((pem) => pem.reveal());
  return { agent: new HttpsAgent({ ...options, ca, cert, key, lookup }), protocol: "https", host, port };
}
