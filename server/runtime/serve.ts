import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createPlace, createSocketPath, createToken } from "#server/io/runtime-place.ts";
import { createLog, type Logger } from "#server/log.ts";
import { Admin, type Handlers } from "./admin.ts";
import { HeldSecrets } from "./held-secrets.ts";
import { takeLock } from "./lock.ts";
import { type Asked, protocolVersion } from "./protocol.ts";
import { createStage } from "./stage.ts";
import { Supervisor } from "./supervisor.ts";
import { Traffic } from "./traffic.ts";

/** Requests in flight get this long when the runtime is told to end. */
const leaveGraceMs = 10_000;
const lockPollMs = 2_000;
const lockMissesMax = 2;
/** Told to whoever started us. */
export const exitCodeHeld = 3;

export interface ServeOptions {
  readonly dataDirectory: string;
  /** Starts this program as a maker of traffic. */
  readonly trafficArgv: readonly string[];
}

/** Runs until it is told to stop. Another runtime on the same data directory: exit code 3. */
export async function serve({ dataDirectory, trafficArgv }: ServeOptions): Promise<void> {
  const log = createLog({ logLevel: "info" });
  if (!existsSync(dataDirectory)) {
    log.error({ dataDirectory }, "There is no such data directory. Start Tideline, which creates it.");
    process.exitCode = 2;
    return;
  }
  const place = await createPlace(dataDirectory);
  const lock = takeLock(place.lock);
  if (!lock.taken) {
    log.error({ pid: lock.pid }, "Another runtime holds this data directory.");
    process.exitCode = exitCodeHeld;
    return;
  }
  if (existsSync(place.stopped)) {
    // Whoever wanted us had removed it: a person stopped the runtime while we were coming up.
    log.info("The runtime was stopped meanwhile and does not start.");
    lock.release();
    process.exitCode = exitCodeHeld;
    return;
  }
  const traffic = new Traffic(trafficArgv, log);
  const secrets = new HeldSecrets();
  const supervisor = new Supervisor({ place, stage: createStage(join(place.directory, "stage-directory")), secrets, traffic, log });
  const startedAt = Date.now();
  let ending = false;

  const end = async (how: "stop" | "leave") => {
    if (ending) return;
    ending = true;
    log.info({ how }, "The runtime ends.");
    admin.close();
    await (how === "stop" ? supervisor.stop() : supervisor.leave(leaveGraceMs));
    lock.release();
  };
  const handlers = createHandlers(supervisor, {
    secrets,
    status: () => ({
      pid: process.pid,
      version: readVersion(),
      protocol: protocolVersion,
      startedAt,
      residentBytes: process.memoryUsage.rss(),
      fleets: supervisor.status(),
    }),
    stop: async () => {
      writeFileSync(place.stopped, "", { mode: 0o600 });
      await end("stop");
      // After the answer has left.
      setTimeout(() => process.exit(0), 100);
    },
  });
  const admin = new Admin({ path: await createSocketPath(place), token: await createToken(place), handlers, log });

  await supervisor.resume();
  await admin.listen();
  log.info({ pid: process.pid, protocol: protocolVersion }, "The runtime is ready.");
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void end("leave").finally(() => process.exit(0)));
  process.on("SIGHUP", () => undefined);
  surviveBugs(log);
  watchLock(lock.isHeld, () => void end("stop").finally(() => process.exit(0)));
}

/** Nobody can reach or take over a runtime whose data directory was removed: it ends with its instances. */
function watchLock(isHeld: () => boolean, onLost: () => void): void {
  let lost = 0;
  setInterval(() => {
    lost = isHeld() ? 0 : lost + 1;
    if (lost === lockMissesMax) onLost();
  }, lockPollMs);
}

interface Own {
  readonly secrets: HeldSecrets;
  readonly status: () => ReturnType<RuntimeStatusOf>;
  readonly stop: () => Promise<void>;
}

function createHandlers(supervisor: Supervisor, own: Own): Handlers {
  const slotOf = async ({ fleetId, fence, instanceId }: Asked<"unit.retire">) => (await supervisor.fleet(fleetId, fence)).slot(instanceId);
  return {
    "fleet.ensure": async ({ fleet, fence }) => done(supervisor.ensure(fleet, fence)),
    "fleet.remove": async ({ fleetId, fence }) => done(supervisor.remove(fleetId, fence)),
    "release.resolve": async ({ fleetId, release }) => done((await supervisor.fleet(fleetId)).resolve(release)),
    "units.observe": async ({ fleetId }) => (await supervisor.fleet(fleetId)).observeUnits(),
    "unit.replace": async (asked) => done((await slotOf(asked)).replace(asked)),
    "unit.start": async (asked) => done((await slotOf(asked)).start(asked)),
    "unit.retire": async (asked) => done((await slotOf(asked)).retire(asked)),
    "unit.discard": async (asked) => done((await slotOf(asked)).discard(asked)),
    "instance.remove": async ({ fleetId, fence, instanceId }) => done((await supervisor.fleet(fleetId, fence)).removeInstance(instanceId)),
    "rotation.observe": async ({ fleetId, units }) => (await supervisor.fleet(fleetId)).observeRotation(units),
    "rotation.drain": async (asked) => done((await supervisor.fleet(asked.fleetId, asked.fence)).drain(asked)),
    "rotation.restore": async (asked) => done((await supervisor.fleet(asked.fleetId, asked.fence)).restore(asked)),
    "ticks.read": async ({ fleetId, after }) => (await supervisor.fleet(fleetId)).readTicks(after),
    "logs.read": async ({ fleetId, instanceId, after, limit }) => (await supervisor.fleet(fleetId)).readLogs(instanceId, after, limit),
    "traffic.set": async ({ fleetId, requestsPerSecond, fence }) => done(supervisor.setTraffic(fleetId, requestsPerSecond, fence)),
    "secrets.tell": async ({ directories, variables }) => done(own.secrets.tell({ directories, env: variables })),
    "runtime.status": async () => own.status(),
    "runtime.stop": async () => done(own.stop()),
  };
}

type RuntimeStatusOf = () => Awaited<ReturnType<Handlers["runtime.status"]>>;

async function done(work: Promise<void> | void): Promise<null> {
  await work;
  return null;
}

/** Users' traffic runs through this process: a bug in one request must not end all others. */
function surviveBugs(log: Logger): void {
  process.on("uncaughtException", (error) => log.error({ err: error }, "An error was not handled."));
  process.on("unhandledRejection", (error) => log.error({ err: error }, "A rejection was not handled."));
}

function readVersion(): string {
  for (let directory = dirname(fileURLToPath(import.meta.url)); directory !== dirname(directory); directory = dirname(directory)) {
    try {
      return String(JSON.parse(readFileSync(join(directory, "package.json"), "utf8")).version);
    } catch {
      // Not here; one further up.
    }
  }
  return "unknown";
}
