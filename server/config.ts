import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type ContainerRight, containerRights } from "#domain/container.ts";
import type { SsoSettings } from "#domain/settings/sso.ts";
import { refuseHalfSso, ssoVariables, toSsoSettings } from "./config-sso.ts";

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** Everything the server reads from its environment, checked. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Absolute. Holds the embedded database, the secret, the runtime's socket. */
  readonly dataDirectory: string;
  /** null: the embedded PostgreSQL below the data directory. */
  readonly databaseUrl: string | null;
  /** The origin people open, without a final slash; null: the loopback address and the port. */
  readonly publicUrl: string | null;
  /** Addresses or networks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Hosts, addresses and networks that webhooks and metrics sources may be at although they are private. */
  readonly allowPrivateUrls: readonly string[];
  /** Absolute. Settings may name files below these as secrets. */
  readonly secretDirectories: readonly string[];
  /** What a release of a container may have beyond its container. */
  readonly dockerAllow: readonly ContainerRight[];
  readonly logLevel: (typeof logLevels)[number];
  /** Signs session cookies; null: generated once and kept in the data directory. */
  readonly authSecret: string | null;
  /** What a scraper of `/metrics` sends; null: metrics are for this machine only. */
  readonly metricsToken: string | null;
  /** null: people sign in with passwords only. */
  readonly sso: SsoSettings | null;
  /** Who may sign in with a password. */
  readonly passwords: "everyone" | "admins";
  readonly projectRoot: string;
  readonly development: boolean;
}

const secretLengthMin = 32;
const hostPattern = /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

function text(isRight: (value: string) => boolean, error: string) {
  return z.string().trim().refine(isRight, { error });
}

const portForm = "a port from 1 to 65535, for example 3000";
const variables = z.object({
  PORT: text((value) => /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535, portForm).default("3000"),
  HOST: text(isHost, "an address or host name, for example 127.0.0.1").default("127.0.0.1"),
  TIDELINE_DATA: text((value) => !value.includes("\0"), "a directory").default("data"),
  DATABASE_URL: text(isPostgresUrl, "a PostgreSQL address, for example postgres://user:password@db.internal:5432/tideline").optional(),
  PUBLIC_URL: text(isOrigin, "an http or https address without a path, for example https://tideline.example.com").optional(),
  TRUSTED_PROXIES: text(
    (value) => splitList(value).every(isNetwork),
    "addresses or networks separated by commas, for example 10.0.0.1,192.168.0.0/16",
  ).default(""),
  TIDELINE_ALLOW_PRIVATE_URLS: text(
    (value) => splitList(value).every((entry) => isNetwork(entry) || hostPattern.test(entry)),
    "hosts, addresses or networks separated by commas, for example ci.internal,10.0.0.0/8",
  ).default(""),
  TIDELINE_SECRET_DIRECTORIES: text(
    (value) => splitList(value).every((entry) => isAbsolute(entry) && !entry.includes("\0")),
    "absolute directories separated by commas, for example /run/secrets",
  ).default("/run/secrets"),
  TIDELINE_DOCKER_ALLOW: text(
    (value) => splitList(value).every(isContainerRight),
    `any of ${containerRights.join(", ")}, separated by commas`,
  ).default(""),
  LOG_LEVEL: z.enum(logLevels, { error: `one of ${logLevels.join(", ")}` }).default("info"),
  AUTH_SECRET: text(
    (value) => value.length >= secretLengthMin,
    `at least ${secretLengthMin} random characters, for example from: openssl rand -hex 32`,
  ).optional(),
  TIDELINE_METRICS_TOKEN: text(
    (value) => /^[\x21-\x7e]+$/.test(value) && value.length >= secretLengthMin,
    `at least ${secretLengthMin} random characters without spaces, for example from: openssl rand -hex 32`,
  ).optional(),
  ...ssoVariables,
});
const Environment = variables.superRefine((values, { addIssue }) =>
  refuseHalfSso(values, (variable, message) => addIssue({ code: "custom", path: [variable], message })),
);

/** Thrown with every wrong variable at once. Never repeats a value: it may be a secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Reads the configuration. An empty variable counts as absent. Throws ConfigError. */
export function readConfig(env: Readonly<Record<string, string | undefined>>, projectRoot: string): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ""));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: expected ${issue.message}.`);
    throw new ConfigError(`Tideline cannot start: ${lines.length === 1 ? "a setting is" : "some settings are"} wrong.\n${lines.join("\n")}`);
  }
  const values = parsed.data;
  return {
    port: Number(values.PORT),
    host: values.HOST,
    dataDirectory: resolve(projectRoot, values.TIDELINE_DATA),
    databaseUrl: values.DATABASE_URL ?? null,
    publicUrl: values.PUBLIC_URL ? new URL(values.PUBLIC_URL).origin : null,
    trustedProxies: splitList(values.TRUSTED_PROXIES),
    allowPrivateUrls: splitList(values.TIDELINE_ALLOW_PRIVATE_URLS),
    secretDirectories: splitList(values.TIDELINE_SECRET_DIRECTORIES).map((directory) => resolve(directory)),
    dockerAllow: splitList(values.TIDELINE_DOCKER_ALLOW).filter(isContainerRight),
    logLevel: values.LOG_LEVEL,
    authSecret: values.AUTH_SECRET ?? null,
    metricsToken: values.TIDELINE_METRICS_TOKEN ?? null,
    sso: toSsoSettings(values),
    passwords: values.PASSWORD_SIGN_IN,
    projectRoot,
    development: env.NODE_ENV === "development",
  };
}

/** The folder with our package.json, from the sources as well as from the built file. */
export function findProjectRoot(moduleUrl: string): string {
  let directory = dirname(fileURLToPath(moduleUrl));
  while (!existsSync(join(directory, "package.json"))) {
    const parent = dirname(directory);
    if (parent === directory) throw new ConfigError("Tideline cannot find its package.json above the started file.");
    directory = parent;
  }
  return directory;
}

/** Where people open the console. A wildcard address is opened through the loopback one. */
export function consoleUrl(config: Pick<Config, "publicUrl" | "host" | "port">): string {
  if (config.publicUrl) return config.publicUrl;
  const wildcard = config.host === "0.0.0.0" || config.host === "::";
  const host = wildcard ? "127.0.0.1" : config.host;
  return `http://${isIP(host) === 6 ? `[${host}]` : host}:${config.port}`;
}

function splitList(value: string): string[] {
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function isContainerRight(value: string): value is ContainerRight {
  return (containerRights as readonly string[]).includes(value);
}

/** The pattern alone would let 999.1.1.1 pass, which no URL can hold. */
function isHost(value: string): boolean {
  return isIP(value) !== 0 || (hostPattern.test(value) && URL.canParse(`http://${value}`));
}

function isNetwork(value: string): boolean {
  const [address = "", prefix, ...rest] = value.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

function isPostgresUrl(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : null;
  return url !== null && (url.protocol === "postgres:" || url.protocol === "postgresql:");
}

function isOrigin(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "") return false;
  return url.pathname === "/" && url.search === "" && url.hash === "";
}
