import { join } from "node:path";
import { connectDatabase, type Database } from "#db/client.ts";
import { startEmbedded } from "#db/embedded.ts";
import { createFeed } from "#db/feed.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { fleet as fleetTable } from "#db/schema/fleets.ts";
import { createInstances, Fleet } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";
import { createAuth } from "#server/auth/auth.ts";
import { createDevices } from "#server/auth/device.ts";
import { readAuthSecret } from "#server/auth/secret.ts";
import { issueSetupToken } from "#server/auth/setup-token.ts";
import { createSignInBrake } from "#server/auth/sign-in-brake.ts";
import { createTokenBrake } from "#server/auth/token-brake.ts";
import { listFleets } from "#server/catalog/read-fleets.ts";
import { createRolloutReader } from "#server/catalog/rollout-reader.ts";
import { createSharedRead } from "#server/catalog/shared-read.ts";
import { consoleUrl, findProjectRoot, readConfig } from "#server/config.ts";
import { createDatabaseClock } from "#server/engine/clock.ts";
import { createEngine } from "#server/engine/engine.ts";
import { createCourses } from "#server/evidence/courses.ts";
import { createHttpServer } from "#server/http.ts";
import { createLog } from "#server/log.ts";
import { createPages } from "#server/next.ts";
import type { Services } from "#server/services.ts";
import { createInstruments } from "#server/telemetry/instruments.ts";
import { createFakeWorld } from "#server/testing/fake-world.ts";
import { insertRelease } from "#server/testing/fixtures.ts";

/** Told after each commit of the engine: the rollout's newest event, and when the commit was known, in milliseconds since 1970. */
export interface Committed {
  readonly committed: number;
  readonly at: number;
}

/** Told to the parent when all of it is up. */
export interface LiveServer {
  readonly url: string;
  readonly setupToken: string;
  readonly fleetId: string;
  readonly releaseId: string;
}

const zones = ["a", "b", "c"];
const startMs = 900;
const drainMs = 500;

/**
 * The real server with its database, engine, sockets and built pages, over a simulated fleet of any size: only what would be
 * ten thousand processes is not there. Its own process, as the server is.
 */
async function main(): Promise<void> {
  const size = Number(process.env.TIDELINE_BENCH_INSTANCES);
  const requestsPerSecond = Number(process.env.TIDELINE_BENCH_REQUESTS);
  const config = readConfig(process.env, findProjectRoot(import.meta.url));
  const log = createLog(config);
  const instruments = createInstruments();
  const http = createHttpServer(config, log, instruments);
  await http.listen();
  const pages = await createPages(config);
  const embedded = await startEmbedded(config.dataDirectory);
  await migrateDatabase(embedded.url, join(config.projectRoot, "db/migrations"));
  const db = connectDatabase(embedded.url);
  const clock = createDatabaseClock(db);
  await clock.sync();
  const old = await insertRelease(db, "1.0");
  const fresh = await insertRelease(db, "1.1");
  const fleet = await insertFleet(db, old, size);
  const running = { instances: fleet.instances, releaseId: old.releaseId };
  const { ports } = createFakeWorld({ clock, running, requestsPerSecond, startMs, drainMs }).connect();
  const url = consoleUrl(config);
  const secret = readAuthSecret(config);
  const auth = createAuth({ db, log, secret, url, origins: [url] });
  const engine = createEngine({
    db,
    log,
    clock,
    ...ports,
  });
  engine.onRecorded(({ rollout }) => {
    if (process.connected) process.send?.({ committed: rollout.seq, at: performance.timeOrigin + performance.now() } satisfies Committed);
  });
  const feed = createFeed(db);
  const local: Services["local"] = {
    setTraffic: async () => {},
    status: async () => ({ pid: process.pid, version: "", protocol: 0, startedAt: 0, residentBytes: 0, fleets: [] }),
    stop: async () => {},
  };
  const docker: Services["docker"] = {
    listRunning: async () => [],
    inspect: async () => [],
    refuseAdoption: async () => {},
    check: async () => [],
    pin: async (_, { image }) => image,
    refuseRights: () => {},
  };
  await feed.start();
  await engine.start();
  http.open(
    {
      db,
      auth,
      devices: createDevices({ secret, secure: false }),
      brake: createSignInBrake(),
      tokenBrake: createTokenBrake(),
      sso: null,
      notifications: { sendTest: async () => ({ outcome: "delivered", message: "", answer: "" }) },
      readSecretVersions: async () => ({}),
      engine,
      ...ports,
      balancerChecks: { haproxy: async () => [], nginx: async () => [] },
      local,
      docker,
      courses: createCourses(db),
      rollouts: createRolloutReader(db),
      readFleets: createSharedRead(() => listFleets({ db, engine }), 250),
      log,
      feed,
      config,
      consoleUrl: url,
    },
    pages,
  );
  const setupToken = (await issueSetupToken(db)) ?? "";
  process.send?.({ url, setupToken, fleetId: fleet.fleetId, releaseId: fresh.releaseId } satisfies LiveServer);
  process.on("disconnect", () => {
    void (async () => {
      await http.close();
      await engine.stop();
      await feed.stop();
      await db.$client.end();
      await embedded.stop();
      process.exit(0);
    })();
  });
}

async function insertFleet(db: Database, release: Release, size: number): Promise<Fleet> {
  const { service } = release;
  const fleet = Fleet.parse({
    fleetId: crypto.randomUUID(),
    name: "greeter-live",
    service,
    environment: "production",
    driver: { type: "process" },
    balancer: { type: "embedded", port: 0 },
    instances: createInstances(size, zones),
    readiness: {},
    liveness: null,
    initialReleaseId: release.releaseId,
    provenReleaseId: null,
  });
  const { fleetId, name, environment } = fleet;
  const assigned = Object.fromEntries(fleet.instances.map(({ id }) => [id, release.releaseId]));
  await db.insert(fleetTable).values({ fleetId, name, service, environment, definition: fleet, assigned });
  return fleet;
}

void main();
