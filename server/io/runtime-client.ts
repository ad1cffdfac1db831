import { rm, stat } from "node:fs/promises";
import { Failure } from "#domain/failure.ts";
import { secretVariablePattern } from "#domain/settings/secret-reference.ts";
import type { Logger } from "#server/log.ts";
import type { Answers, Ask, OperationName, RuntimeStatus } from "#server/runtime/protocol.ts";
import { placeOf } from "./runtime-place.ts";
import { askRuntime, RuntimeAbsent } from "./runtime-request.ts";
import { startRuntime } from "./runtime-start.ts";
import type { SecretsInput } from "./secrets.ts";

/** An answer is waited for this long at most, whatever the caller's signal says. What ends or starts a unit waits for it. */
const deadlineMsOf: Readonly<Record<OperationName, number>> = {
  "fleet.ensure": 60_000,
  "fleet.remove": 60_000,
  "units.observe": 5_000,
  "release.resolve": 30_000,
  "unit.replace": 90_000,
  "unit.start": 90_000,
  "unit.retire": 90_000,
  "unit.discard": 90_000,
  "instance.remove": 90_000,
  "rotation.observe": 5_000,
  "rotation.drain": 5_000,
  "rotation.restore": 5_000,
  "ticks.read": 5_000,
  "logs.read": 5_000,
  "traffic.set": 5_000,
  "secrets.tell": 5_000,
  "runtime.status": 5_000,
  "runtime.stop": 60_000,
};
const restartMsMin = 1_000;
const restartMsMax = 30_000;
const goneMsMax = 10_000;
const pollMs = 50;
/** A dying runtime may break one connection, and be absent for the next. */
const attemptsMax = 3;
const brokeWaitMs = 100;

/** The parts of the local runtime that belong to no fleet's engine. */
export interface LocalRuntime {
  /** 0 to 300 requests/s of trial traffic to the fleet's own port; 0 switches it off. */
  setTraffic(fleetId: string, requestsPerSecond: number, fence?: number): Promise<void>;
  status(): Promise<RuntimeStatus>;
  /** Ends every instance and the runtime itself. It stays stopped until Tideline is started again. */
  stop(): Promise<void>;
}

export interface RuntimeClient {
  /** Throws a Failure: `unavailable` when the runtime cannot be reached, otherwise the runtime's "no". */
  call<Name extends OperationName>(name: Name, asked: Ask<Name>, signal?: AbortSignal): Promise<Answers[Name]>;
  readonly local: LocalRuntime;
}

export interface ConnectOptions {
  readonly dataDirectory: string;
  /** The runtime's program and arguments: `[node, ".../build/runtime.mjs"]`. */
  readonly entry: readonly string[];
  /** Where releases have their secrets. */
  readonly secrets: SecretsInput;
  readonly log: Logger;
}

/**
 * A connection that starts the runtime when none runs, now and whenever it has died, and never twice at once. What a
 * dead runtime left behind (instances, ports, traffic) its successor takes over.
 */
export function connectRuntime({ dataDirectory, entry, secrets, log }: ConnectOptions): RuntimeClient {
  const place = placeOf(dataDirectory);
  let starting: Promise<void> | null = null;
  let backoffMs = restartMsMin;
  let notBefore = 0;

  /** `wanted`: even if a person stopped it before. */
  async function start(wanted: boolean): Promise<void> {
    if (wanted) await rm(place.stopped, { force: true });
    else if (await exists(place.stopped)) throw new Failure("unavailable", "The local runtime was stopped. Start Tideline again to start it.");
    const waitMs = notBefore - performance.now();
    if (waitMs > restartMsMin) throw new Failure("unavailable", "The local runtime does not run; it is started again in a moment.");
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    notBefore = performance.now() + backoffMs;
    try {
      await startRuntime(dataDirectory, entry);
      await tellSecrets();
      backoffMs = restartMsMin;
      log.info({ dataDirectory }, "The local runtime was started.");
    } catch (error) {
      backoffMs = Math.min(restartMsMax, backoffMs * 2);
      log.error({ err: error }, "The local runtime could not be started.");
      throw error;
    }
  }

  /** Each new console tells it again: its secrets may be others by now. An older runtime knows none, and refuses releases that have any. */
  async function tellSecrets(): Promise<void> {
    const told = { directories: [...secrets.directories], variables: pickVariables(secrets.env) };
    try {
      await ask("secrets.tell", told, undefined);
    } catch (error) {
      log.warn({ err: error }, "The local runtime was not told where releases have their secrets.");
    }
  }

  function startOnce(wanted: boolean): Promise<void> {
    starting ??= start(wanted).finally(() => {
      starting = null;
    });
    return starting;
  }

  async function ask<Name extends OperationName>(name: Name, asked: Ask<Name>, signal: AbortSignal | undefined): Promise<Answers[Name]> {
    const deadline = AbortSignal.timeout(deadlineMsOf[name]);
    return askRuntime(place, name, asked, signal ? AbortSignal.any([signal, deadline]) : deadline);
  }

  /** Every operation may be asked twice, so one whose connection broke is asked again, of the next runtime if need be. */
  async function call<Name extends OperationName>(name: Name, asked: Ask<Name>, signal?: AbortSignal): Promise<Answers[Name]> {
    try {
      await untilAborted(first, signal);
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await ask(name, asked, signal);
        } catch (error) {
          if (error instanceof Failure || attempt === attemptsMax) throw error;
          if (error instanceof RuntimeAbsent) await untilAborted(startOnce(false), signal);
          else await new Promise((resolve) => setTimeout(resolve, brokeWaitMs));
        }
      }
    } catch (error) {
      throw toFailure(error);
    }
  }

  async function stop(): Promise<void> {
    try {
      await askRuntime(place, "runtime.stop", {}, AbortSignal.timeout(deadlineMsOf["runtime.stop"]));
    } catch (error) {
      if (error instanceof Failure) throw error;
    }
    const deadline = AbortSignal.timeout(goneMsMax);
    while (await isThere()) {
      if (deadline.aborted) throw new Failure("unavailable", "The local runtime said that it ends but has not ended.");
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }

  async function isThere(): Promise<boolean> {
    return askRuntime(place, "runtime.status", {}, AbortSignal.timeout(pollMs * 10)).then(
      () => true,
      (error: unknown) => !(error instanceof RuntimeAbsent),
    );
  }

  /** A start of Tideline also starts what a person had stopped. */
  const first = isThere()
    .then((there) => (there ? tellSecrets() : startOnce(true)))
    .catch(() => undefined);

  return {
    call,
    local: {
      setTraffic: async (fleetId, requestsPerSecond, fence) => {
        await call("traffic.set", { fleetId, requestsPerSecond, fence });
      },
      status: () => call("runtime.status", {}),
      stop,
    },
  };
}

/** Only what a release may name. */
function pickVariables(env: SecretsInput["env"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && secretVariablePattern.test(entry[0])),
  );
}

/** Waits no longer than the signal says; what was begun goes on for the others who wait for it. */
async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return work;
  signal.throwIfAborted();
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new Failure("unavailable", "The local runtime is being started and did not answer in time."));
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const words = error instanceof RuntimeAbsent ? "it does not run" : error instanceof Error ? error.message : "unknown error";
  return new Failure("unavailable", `The local runtime cannot be reached: ${words}.`);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
