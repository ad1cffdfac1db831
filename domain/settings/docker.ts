import { z } from "zod";
import { instanceIdPattern } from "../names.ts";
import { isHost, isIp, isLoopback } from "./host.ts";
import { SecretReference } from "./secret-reference.ts";

const urlError =
  "Name the engine as unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host. A password, query or fragment has no place in it.";
const unixUrl = /^unix:\/\/\/[\x21-\x7e]{1,100}$/;
const tcpUrl = /^tcp:\/\/([^\s/@?#]+):(\d{1,5})$/;
const sshUrl = /^ssh:\/\/([A-Za-z0-9_][A-Za-z0-9_.-]{0,31})@([^\s/@?#:]+|\[[0-9a-fA-F:]+\])(?::(\d{1,5}))?(\/[\x21-\x7e]{1,100})?$/;
const sshPort = 22;
const defaultSocket = "/var/run/docker.sock";

/** Where an engine listens, read from its URL. */
export type EngineAddress =
  | { readonly type: "unix"; readonly path: string }
  | { readonly type: "tcp"; readonly host: string; readonly port: number }
  | { readonly type: "ssh"; readonly user: string; readonly host: string; readonly port: number; readonly path: string };

/** A Docker Engine, and what its connection needs. Who may speak to it owns its machine. */
export const DockerEngine = z
  .strictObject({
    /** A path after the host of an SSH engine names its socket there. */
    url: z.string({ error: urlError }).refine((url) => parseEngineUrl(url) !== null, { error: urlError }),
    /** Both sides show a certificate. Asked for by every tcp engine that is not on this machine. */
    tls: z.strictObject({ ca: SecretReference, cert: SecretReference, key: SecretReference }).nullable().default(null),
    ssh: z
      .strictObject({
        /** A private key without a passphrase. */
        key: SecretReference,
        /** Of the server's own key, as `ssh-keygen -lf` prints it. */
        hostKey: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, { error: "Give the host key's fingerprint, as in SHA256:… of ssh-keygen -lf." }),
      })
      .nullable()
      .default(null),
  })
  .superRefine(({ url, tls, ssh }, { addIssue }) => {
    const address = parseEngineUrl(url);
    const refuse = (path: string, message: string) => addIssue({ code: "custom", path: [path], message });
    if (address?.type === "tcp" && tls === null && !isLoopback(address.host))
      refuse("tls", "An engine on another machine is reached with TLS only: name its CA, certificate and key.");
    if (address?.type === "ssh" && ssh === null) refuse("ssh", "Name the private key, and the fingerprint of the server's host key.");
    if (address !== null && address.type !== "tcp" && tls !== null) refuse("tls", "TLS belongs to a tcp engine.");
    if (address !== null && address.type !== "ssh" && ssh !== null) refuse("ssh", "This belongs to an ssh engine.");
  });
export type DockerEngine = z.infer<typeof DockerEngine>;

const portsError = "Give a port or a range of them, for example 8000-8099.";

/** How Tideline and the balancer reach a container's port. */
const Reach = z
  .discriminatedUnion("type", [
    /** At its address in its network, which must be routed from here. */
    z.strictObject({ type: z.literal("address") }),
    /** At a port that the engine publishes on its machine. */
    z.strictObject({
      type: z.literal("published"),
      /** The address of the engine's machine that the port is bound to. */
      bind: z.string().refine(isIp, { error: "Give an address of the engine's machine, for example 127.0.0.1." }).default("127.0.0.1"),
      /** How that machine is called from here; null: as it is bound. */
      host: z.string().refine(isHost, { error: "Give a host name or an address." }).nullable().default(null),
      /** Null: the engine chooses, anew at each start. */
      ports: z.string().refine(isPortRange, { error: portsError }).nullable().default(null),
    }),
  ])
  .superRefine((reach, { addIssue }) => {
    const isEverywhere = reach.type === "published" && (reach.bind === "0.0.0.0" || reach.bind === "::");
    if (isEverywhere && reach.host === null)
      addIssue({ code: "custom", path: ["host"], message: "Say how the engine's machine is called from here." });
  });

/** As many as one engine's fleet is created with. */
const adoptedMax = 200;
const adoptedPortError = "Give the port on which each container's service listens.";

/** A container that somebody else made: until its first update it is the unit of one of the fleet's instances. */
const AdoptedContainer = z.strictObject({
  instance: z.string().regex(instanceIdPattern, { error: "This is not an instance." }),
  /** All of its id: a name may mean another one tomorrow. */
  container: z.string().regex(/^[0-9a-f]{64}$/, { error: "Give a container's whole id: docker inspect --format '{{.Id}}' NAME." }),
  /** On which its service listens now; the release's may be another. */
  port: z.int({ error: adoptedPortError }).min(1, { error: adoptedPortError }).max(65_535, { error: adoptedPortError }),
});
export type AdoptedContainer = z.infer<typeof AdoptedContainer>;

/** With which the keys of adopted units begin. */
export const adoptedKeyPrefix = "adopted/";

const Adopted = z
  .array(AdoptedContainer)
  .max(adoptedMax, { error: `At most ${adoptedMax} containers are adopted.` })
  .superRefine((adopted, { addIssue }) => {
    for (const [index, { instance, container }] of adopted.entries()) {
      const before = adopted.slice(0, index);
      const refuse = (field: string, message: string) => addIssue({ code: "custom", path: [index, field], message });
      if (before.some((other) => other.instance === instance)) refuse("instance", `${instance} is another container already.`);
      const twin = before.find((other) => other.container === container);
      if (twin) refuse("container", `This container is ${twin.instance} already.`);
    }
  });

/** A fleet whose units are containers of one engine. */
export const DockerSettings = z.strictObject({
  type: z.literal("docker"),
  engine: DockerEngine,
  /** One that exists. Null: the engine's default. */
  network: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, { error: "This is not the name of a network." })
    .refine((name) => !["host", "none"].includes(name), { error: "Name a network of the engine; a release asks for the host's itself." })
    .nullable()
    .default(null),
  reach: Reach.default({ type: "address" }),
  /** Whether each instance's last container stays, stopped, for somebody to look at. */
  keepOld: z.boolean().default(false),
  /** What ran before there was the fleet. Kept for good: labels never change, so nothing else says which instance one of them is. */
  adopted: Adopted.optional(),
});
export type DockerSettings = z.infer<typeof DockerSettings>;

/** Null: this is no engine's URL. */
export function parseEngineUrl(url: string): EngineAddress | null {
  if (unixUrl.test(url)) return { type: "unix", path: url.slice("unix://".length) };
  const tcp = tcpUrl.exec(url);
  if (tcp) return isHost(tcp[1] ?? "") && isPort(Number(tcp[2])) ? { type: "tcp", host: bare(tcp[1] ?? ""), port: Number(tcp[2]) } : null;
  const ssh = sshUrl.exec(url);
  if (!ssh) return null;
  const [, user = "", host = "", port = String(sshPort), path = defaultSocket] = ssh;
  return isHost(host) && isPort(Number(port)) ? { type: "ssh", user, host: bare(host), port: Number(port), path } : null;
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function isPortRange(text: string): boolean {
  if (!/^\d{1,5}(-\d{1,5})?$/.test(text)) return false;
  const [first = 0, last = first] = text.split("-").map(Number);
  return isPort(first) && isPort(last) && first <= last;
}
