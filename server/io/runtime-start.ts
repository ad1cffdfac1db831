import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { Failure } from "#domain/failure.ts";
import { createPlace, type RuntimePlace } from "./runtime-place.ts";
import { askRuntime } from "./runtime-request.ts";

const startMsMax = 15_000;
const pollMs = 40;
const outputBytesMax = 4 * 1024 * 1024;
const wordsCharactersMax = 300;
/** The runtime's own word for "another one holds the data directory": it is just coming up or going down. */
const exitCodeHeld = 3;

/** Starts a runtime that outlives us, and waits until it answers. `entry` is its program with arguments, without the data directory. */
export async function startRuntime(dataDirectory: string, entry: readonly string[]): Promise<void> {
  const place = await createPlace(dataDirectory);
  const [program = process.execPath, ...args] = entry;
  const output = openOutput(place);
  const offset = statSync(place.output).size;
  // Made from nothing: instances may run as the same user and could read its environment.
  const env = { PATH: process.env.PATH ?? "", HOME: homedir(), LANG: process.env.LANG ?? "C.UTF-8" };
  const child = spawn(program, [...args, "--data", dataDirectory], {
    detached: true,
    stdio: ["ignore", output, output],
    env: env as unknown as NodeJS.ProcessEnv,
  });
  closeSync(output);
  child.unref();
  let end: string | null = null;
  child.once("error", (error) => {
    end = `it could not be started (${error.message})`;
  });
  child.once("exit", (code) => {
    if (code !== exitCodeHeld) end = `it ended with code ${code}`;
  });
  await waitForAnswer(place, () => (end === null ? null : `${end}: ${lastWords(place, offset)}`));
}

async function waitForAnswer(place: RuntimePlace, whyEnded: () => string | null): Promise<void> {
  const signal = AbortSignal.timeout(startMsMax);
  while (!signal.aborted) {
    try {
      await askRuntime(place, "runtime.status", {}, signal);
      return;
    } catch (error) {
      if (error instanceof Failure) throw error;
    }
    const why = whyEnded();
    if (why !== null) throw new Failure("unavailable", `The local runtime did not start: ${why}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Failure("unavailable", `The local runtime did not answer within ${startMsMax / 1_000} s. Its log is ${place.output}.`);
}

/** Appended to, and put aside when it has grown. */
function openOutput(place: RuntimePlace): number {
  try {
    if (statSync(place.output).size > outputBytesMax) renameSync(place.output, `${place.output}.1`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return openSync(place.output, "a", 0o600);
}

function lastWords(place: RuntimePlace, offset: number): string {
  const words = readFileSync(place.output).subarray(offset).toString("utf8").trim();
  return words === "" ? "it said nothing." : words.slice(-wordsCharactersMax);
}
