import type { DockerEngine, DockerSettings } from "#domain/settings/docker.ts";

/** A Docker engine as it is being typed, and how its containers are reached. */
export interface EngineDraft {
  readonly url: string;
  /** Where the secrets of the connection are. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly sshKey: string;
  readonly hostKey: string;
  readonly network: string;
  readonly reach: DockerSettings["reach"]["type"];
  readonly bind: string;
  readonly host: string;
  readonly ports: string;
  readonly keepOld: boolean;
}

export const emptyEngine: EngineDraft = {
  url: "unix:///var/run/docker.sock",
  ca: "",
  cert: "",
  key: "",
  sshKey: "",
  hostKey: "",
  network: "",
  reach: "address",
  bind: "127.0.0.1",
  host: "",
  ports: "",
  keepOld: false,
};

/** The server's names of the fields, for its refusals. */
export const engineFields = {
  url: "driver.engine.url",
  ca: "driver.engine.tls.ca",
  cert: "driver.engine.tls.cert",
  key: "driver.engine.tls.key",
  sshKey: "driver.engine.ssh.key",
  hostKey: "driver.engine.ssh.hostKey",
  network: "driver.network",
  bind: "driver.reach.bind",
  host: "driver.reach.host",
  ports: "driver.reach.ports",
} as const;

/** What the fields say themselves. */
export const besideEngine = [...Object.values(engineFields), "driver.engine.tls", "driver.engine.ssh"];

/** Which secrets the connection needs, by how the engine is reached. */
export function schemeOf({ url }: Pick<EngineDraft, "url">): "tcp" | "ssh" | "unix" {
  if (url.trim().startsWith("tcp:")) return "tcp";
  return url.trim().startsWith("ssh:") ? "ssh" : "unix";
}

/** What is wrong with it the server says, at its field. */
export function toDriver(draft: EngineDraft): DockerSettings {
  return {
    type: "docker",
    engine: toEngine(draft),
    network: textOrNull(draft.network),
    reach:
      draft.reach === "address"
        ? { type: "address" }
        : { type: "published", bind: draft.bind.trim(), host: textOrNull(draft.host), ports: textOrNull(draft.ports) },
    keepOld: draft.keepOld,
  };
}

export function toEngine(draft: EngineDraft): DockerEngine {
  const scheme = schemeOf(draft);
  const tls = { ca: draft.ca.trim(), cert: draft.cert.trim(), key: draft.key.trim() };
  // A plain connection to an engine of this machine names no certificate at all.
  const hasTls = scheme === "tcp" && Object.values(tls).some((text) => text !== "");
  return {
    url: draft.url.trim(),
    tls: hasTls ? tls : null,
    ssh: scheme === "ssh" ? { key: draft.sshKey.trim(), hostKey: draft.hostKey.trim() } : null,
  };
}

function textOrNull(text: string): string | null {
  return text.trim() === "" ? null : text.trim();
}
