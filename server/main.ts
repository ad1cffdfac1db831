import { join } from "node:path";
import { startEmbedded } from "#db/embedded.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { paths } from "#domain/paths.ts";
import { issueSetupToken } from "./auth/setup-token.ts";
import { compose } from "./compose.ts";
import { type Config, consoleUrl, findProjectRoot, readConfig } from "./config.ts";
import { holdDataDirectory } from "./data-lock.ts";
import { createHttpServer } from "./http.ts";
import { createLog, type Logger } from "./log.ts";
import { createPages } from "./next.ts";
import { createInstruments } from "./telemetry/instruments.ts";

/** A platform kills what has not ended 10 s after being asked to. */
const stopTimeoutMs = 9_500;

/** What has to be ended, newest first. */
const closers: (() => Promise<void> | void)[] = [];

function main(): void {
  const config = readConfig(process.env, findProjectRoot(import.meta.url));
  const log = createLog(config);
  const started = start(config, log);
  let asked = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      // Ctrl-C comes twice: from the terminal, and from npm, which passes it on.
      if (!asked) void stop(signal, started, log);
      asked = true;
    });
  process.on("unhandledRejection", (error) => crash(error, log));
  process.on("uncaughtException", (error) => crash(error, log));
  started.catch((error: unknown) => void refuseToStart(error));
}

async function start(config: Config, log: Logger): Promise<void> {
  const url = consoleUrl(config);
  closers.push(holdDataDirectory(config.dataDirectory, url));
  const instruments = createInstruments();
  const http = createHttpServer(config, log, instruments);
  await http.listen();
  const preparing = createPages(config);
  // Seen by the await below; the database is to be there, and closable, even when this fails first.
  preparing.catch(() => {});
  const database = await openDatabase(config, log);
  const pages = await preparing;
  const house = compose({ config, log, instruments, ...database });
  closers.push(() => house.stop());
  await house.start();
  // Browsers and their sockets go first, so that nothing new is asked of an engine that ends.
  http.open(house.services, pages);
  closers.push(() => http.close());
  const token = await issueSetupToken(house.services.db);
  sayWhere(url, token);
  log.info({ pid: process.pid }, "Tideline is up.");
}

async function openDatabase(config: Config, log: Logger): Promise<{ databaseUrl: string; verify?: () => void }> {
  const migrations = join(config.projectRoot, "db/migrations");
  if (config.databaseUrl) {
    await migrateDatabase(config.databaseUrl, migrations).catch(refuseDatabase);
    return { databaseUrl: config.databaseUrl };
  }
  const embedded = await startEmbedded(config.dataDirectory, (message) => log.warn(message));
  closers.push(() => embedded.stop());
  await migrateDatabase(embedded.url, migrations);
  return { databaseUrl: embedded.url, verify: embedded.verify };
}

/** A name with several addresses fails with one error for each, and no message of its own. The password is in none. */
function refuseDatabase(error: unknown): never {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  throw new Error(`The database that DATABASE_URL names cannot be used: ${first instanceof Error ? first.message : String(first)}.`, {
    cause: error,
  });
}

/** To the terminal and never through the log: who holds the link may make the first account. */
function sayWhere(url: string, token: string | null): void {
  const lines = token
    ? ["Tideline is ready. Make the first account with this link (it works once, for one hour):", `  ${url}${paths.setup()}#token=${token}`]
    : [`Tideline is ready: ${url}`];
  process.stdout.write(`\n${lines.join("\n")}\n\n`);
}

async function stop(signal: string, started: Promise<void>, log: Logger): Promise<void> {
  log.info({ signal }, "Stopping. Fleets and their traffic stay up.");
  setTimeout(() => {
    log.error("Stopping took too long; what is left recovers at the next start.");
    process.exit(1);
  }, stopTimeoutMs).unref();
  await started.catch(() => {});
  process.exit((await close(log)) ? 0 : 1);
}

async function close(log?: Logger): Promise<boolean> {
  let clean = true;
  for (const end of closers.splice(0).reverse()) {
    try {
      await end();
    } catch (error) {
      clean = false;
      log?.error({ err: error }, "A part did not end cleanly.");
    }
  }
  return clean;
}

async function refuseToStart(error: unknown): Promise<void> {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n\n`);
  if (process.env.LOG_LEVEL === "debug" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  await close();
  process.exit(1);
}

/** State we no longer understand is worse than a restart: everything here survives one. */
function crash(error: unknown, log: Logger): void {
  log.fatal({ err: error }, "A bug: Tideline ends. Fleets and their traffic stay up.");
  process.exit(1);
}

try {
  main();
} catch (error) {
  void refuseToStart(error);
}
