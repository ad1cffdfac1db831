import { pingDatabase } from "#db/migrate.ts";
import type { Services } from "./services.ts";

const partTimeoutMs = 2_000;

export interface Readiness {
  readonly ready: boolean;
  /** Per part "ok", or what is wrong in words without detail: anyone may ask. */
  readonly parts: Readonly<Record<"database" | "engine" | "runtime", string>>;
}

export const startingReadiness: Readiness = { ready: false, parts: { database: "starting", engine: "starting", runtime: "starting" } };

/** Can this server do its work right now? Answers within a few seconds, whatever hangs. */
export async function checkReadiness(services: Pick<Services, "db" | "engine" | "local">): Promise<Readiness> {
  const [database, runtime] = await Promise.all([
    answersInTime(() => pingDatabase(services.db), "does not answer"),
    answersInTime(() => services.local.status(), "cannot be reached"),
  ]);
  const parts = { database, engine: services.engine.ready() ? "ok" : "not running", runtime };
  return { ready: Object.values(parts).every((part) => part === "ok"), parts };
}

async function answersInTime(ask: () => Promise<unknown>, otherwise: string): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), partTimeoutMs);
  });
  const answer = ask().then(
    () => "ok",
    () => otherwise,
  );
  const first = await Promise.race([answer, timeout]);
  clearTimeout(timer);
  return first;
}
