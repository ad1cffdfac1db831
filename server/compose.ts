import { join } from "node:path";
import { connectDatabase, type Database } from "#db/client.ts";
import { createFeed } from "#db/feed.ts";
import { createAuth } from "./auth/auth.ts";
import { createDevices } from "./auth/device.ts";
import { readAuthSecret } from "./auth/secret.ts";
import { createSignInBrake } from "./auth/sign-in-brake.ts";
import { createFlowCookies } from "./auth/sso/flow-cookie.ts";
import type { SsoDoor } from "./auth/sso/handler.ts";
import { createSsoProvider } from "./auth/sso/provider.ts";
import { createTokenBrake } from "./auth/token-brake.ts";
import { createEmbeddedBalancer } from "./balancers/embedded/balancer.ts";
import { listFleets } from "./catalog/read-fleets.ts";
import { createRolloutReader } from "./catalog/rollout-reader.ts";
import { createSharedRead } from "./catalog/shared-read.ts";
import { type Config, consoleUrl } from "./config.ts";
import { createProcessDriver } from "./drivers/process/driver.ts";
import { createEngine } from "./engine/engine.ts";
import { createCourses } from "./evidence/courses.ts";
import { createHookRunner } from "./hooks/hook-runner.ts";
import { createSecretVersions } from "./io/release-environment.ts";
import { connectRuntime } from "./io/runtime-client.ts";
import { createSecrets, type Secrets } from "./io/secrets.ts";
import { createUrlPolicy } from "./io/url-policy.ts";
import { startRetention } from "./jobs/retention.ts";
import type { Logger } from "./log.ts";
import { createEmbeddedSource } from "./metrics/embedded/source.ts";
import { createPrometheusClient } from "./metrics/prometheus/client.ts";
import { createPrometheusSource } from "./metrics/prometheus/source.ts";
import { startNotifier } from "./notifications/notifier.ts";
import { createSender } from "./notifications/sender.ts";
import { findDoors } from "./request-guard.ts";
import type { Services } from "./services.ts";
import { countFacts, countIntervals } from "./telemetry/count-facts.ts";
import type { Instruments } from "./telemetry/instruments.ts";

export interface ComposeInput {
  readonly config: Config;
  readonly log: Logger;
  readonly instruments: Instruments;
  readonly databaseUrl: string;
  /** Asked before each connection to an embedded database. */
  readonly verify?: () => void;
}

/** The running parts, and how they begin and end. */
export interface House {
  readonly services: Services;
  start(): Promise<void>;
  /** Ends what is ours. The runtime and its instances stay up. */
  stop(): Promise<void>;
}

/** Every open page has the list, and reads it again when a row changes. */
const fleetsReadEveryMs = 250;

/** Puts the server together. The only place that knows which adapters there are. */
export function compose({ config, log, instruments, databaseUrl, verify }: ComposeInput): House {
  const db = openDatabase(databaseUrl, log, verify);
  const secret = readAuthSecret(config);
  const url = consoleUrl(config);
  const devices = createDevices({ secret, secure: url.startsWith("https://") });
  const auth = createAuth({ db, log, secret, url, origins: [...findDoors(config).origins] });
  const secretPlaces = { env: process.env, directories: config.secretDirectories };
  const secrets = createSecrets(secretPlaces);
  const runtime = connectRuntime({ dataDirectory: config.dataDirectory, entry: runtimeEntry(config), secrets: secretPlaces, log });
  const drivers = { process: createProcessDriver(runtime) };
  const balancers = { embedded: createEmbeddedBalancer(runtime) };
  const metrics = { embedded: createEmbeddedSource(runtime) };
  const policy = createUrlPolicy(config.allowPrivateUrls);
  const counts = { prometheus: createPrometheusSource(createPrometheusClient({ policy, secrets })) };
  const sender = createSender({ policy, secrets, consoleUrl: url });
  const hooks = createHookRunner({ allowPrivateUrls: config.allowPrivateUrls });
  const engine = createEngine({
    db,
    drivers,
    balancers,
    metrics,
    counts,
    hooks,
    log,
    onStepped: (tookMs) => instruments.stepDuration.observe(tookMs / 1_000),
    onCounted: (counted) => countIntervals(instruments, counted),
  });
  engine.onRecorded((recorded) => countFacts(instruments, recorded));
  const feed = createFeed(db, (error) => log.warn({ err: error }, "The feed of changes lost the database; it connects again by itself."));
  const services: Services = {
    db,
    auth,
    devices,
    brake: createSignInBrake(),
    tokenBrake: createTokenBrake(),
    sso: openSso(config, secret, secrets),
    engine,
    drivers,
    balancers,
    metrics,
    counts,
    local: runtime.local,
    notifications: sender,
    readSecretVersions: createSecretVersions(secrets, secret),
    courses: createCourses(db),
    rollouts: createRolloutReader(db),
    readFleets: createSharedRead(() => listFleets({ db, engine }), fleetsReadEveryMs),
    log,
    feed,
    config,
    consoleUrl: url,
  };
  let retention: ReturnType<typeof startRetention> | null = null;
  let notifier: ReturnType<typeof startNotifier> | null = null;
  return {
    services,
    start: async () => {
      await feed.start();
      await engine.start();
      retention = startRetention({ db, log, now: () => engine.now() });
      notifier = startNotifier({ db, sender, log });
    },
    stop: async () => {
      await engine.stop();
      await retention?.stop();
      await notifier?.stop();
      await feed.stop();
      await db.$client.end();
    },
  };
}

function openSso(config: Config, secret: string, secrets: Secrets): SsoDoor | null {
  const { sso: settings, allowPrivateUrls } = config;
  if (!settings) return null;
  const flows = createFlowCookies({ secret, secure: consoleUrl(config).startsWith("https://") });
  return { settings, flows, provider: createSsoProvider({ settings, secrets, allowPrivateUrls }) };
}

function openDatabase(url: string, log: Logger, verify: (() => void) | undefined): Database {
  return connectDatabase(url, { verify, onLost: (error) => log.warn({ err: error }, "An idle database connection was lost.") });
}

/** The runtime's program: the built one, or, from the sources, with the same loader as our own. */
function runtimeEntry(config: Config): string[] {
  if (config.development) return [process.execPath, ...process.execArgv, join(config.projectRoot, "server/runtime/main.ts")];
  return [process.execPath, ...smallHeap, join(config.projectRoot, "build/runtime.mjs")];
}

/** The proxy's garbage is short-lived: a small young generation keeps a third of its memory free for the fleet. */
const smallHeap = ["--max-semi-space-size=4", "--max-old-space-size=256"];
