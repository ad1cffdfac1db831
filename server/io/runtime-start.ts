import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { Failure } from "#domain/failure.ts";
import { createPlace, type RuntimePlace } from "./runtime-place.ts";
import { askRuntime } from "./runtime-request.ts";

const startMsMax = 15_000;
const pollMs = 40;
const heldWaitMs = 250;
const outputBytesMax = 4 * 1024 * 1024;
const wordsCharactersMax = 300;
/** The runtime's own word for "another one holds the data directory". */
const exitCodeHeld = 3;

/**
 * Starts a runtime that outlives us, and waits until one answers: ours, or one that another process started at the same
 * time. `entry` is its program with arguments, without the data directory.
 */
export async function startRuntime(dataDirectory: string, entry: readonly string[]): Promise<void> {
  const place = await createPlace(dataDirectory);
  const signal = AbortSignal.timeout(startMsMax);
  while (!signal.aborted) {
    if ((await startOnce(place, dataDirectory, entry, signal)) === "answers") return;
    // A holder that does not answer is coming up or going down.
    await new Promise((resolve) => setTimeout(resolve, heldWaitMs));
    if (await answers(place, signal)) return;
    if (existsSync(place.stopped)) throw new Failure("unavailable", "The local runtime was stopped while it was being started.");
  }
  throw new Failure("unavailable", `The local runtime did not answer within ${startMsMax / 1_000} s. Its log is ${place.output}.`);
}

async function startOnce(place: RuntimePlace, dataDirectory: string, entry: readonly string[], signal: AbortSignal): Promise<"answers" | "held"> {
  const [program = process.execPath, ...args] = entry;
  const output = openOutput(place);
  const offset = statSync(place.output).size;
  // Made from nothing: instances may run as the same user and could read its environment.
  const env = { PATH: process.env.PATH ?? "", HOME: homedir(), LANG: process.env.LANG ?? "C.UTF-8" } as unknown as NodeJS.ProcessEnv;
  const child = spawn(program, [...args, "--data", dataDirectory], { detached: true, stdio: ["ignore", output, output], env });
  closeSync(output);
  child.unref();
  let end: string | null = null;
  child.once("error", (error) => {
    end = `it could not be started (${error.message})`;
  });
  child.once("exit", (code) => {
    end = code === exitCodeHeld ? "held" : `it ended with code ${code}`;
  });
  const why = () => end;
  while (!signal.aborted) {
    if (await answers(place, signal)) return "answers";
    if (why() === "held") return "held";
    if (why() !== null) throw new Failure("unavailable", `The local runtime did not start: ${why()}: ${lastWords(place, offset)}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return "held";
}

/** A runtime that refuses us (its protocol is another one) is told, not waited for. */
async function answers(place: RuntimePlace, signal: AbortSignal): Promise<boolean> {
  try {
    await askRuntime(place, "runtime.status", {}, signal);
    return true;
  } catch (error) {
    if (error instanceof Failure && !signal.aborted) throw error;
    return false;
  }
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
