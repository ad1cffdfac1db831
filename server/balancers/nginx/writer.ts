import { readFile, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseDuration } from "#domain/duration.ts";
import { Failure } from "#domain/failure.ts";
import type { NginxSettings } from "#domain/settings/nginx.ts";
import type { Fence } from "#server/drivers/driver.ts";
import { replaceFile } from "#server/io/replace-file.ts";
import { askRunning, runNginx } from "./program.ts";
import { digestOf, parseFile, renderFile, type UpstreamFile } from "./upstream-file.ts";
import { acceptsBeside, findAccepting } from "./workers.ts";

const pollMs = 20;
/** Changes that wait for the reload that is under way, for one file. */
const waitingMax = 1_000;

export interface Change {
  readonly fleetId: string;
  readonly settings: NginxSettings;
  readonly fence: Fence;
  /**
   * What becomes of the file; the same object where nothing is to change. Throws where it may not be. `before`: as it was
   * before this change and those that share its reload. Nothing else is being brought about meanwhile.
   */
  readonly edit: (file: UpstreamFile, before: UpstreamFile) => UpstreamFile | Promise<UpstreamFile>;
  readonly signal: AbortSignal;
}

interface Waiting extends Change {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Writes files and has NGINX read them. Resolves when its workers run what was written, and none that ran another takes requests. */
export type Apply = (change: Change) => Promise<void>;

/** What is asked for while a reload is under way shares the next one. */
export function createWriter(): Apply {
  const queues = new Map<string, Waiting[]>();

  async function work(path: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) await applyAll(path, queue.splice(0));
    queues.delete(path);
  }

  return (change) => {
    const path = change.settings.upstreamFile;
    const known = queues.get(path);
    const queue = known ?? [];
    if (queue.length >= waitingMax) return Promise.reject(new Failure("limit", "Too many changes wait for NGINX. Try again later."));
    const done = new Promise<void>((resolve, reject) => void queue.push({ ...change, resolve, reject }));
    if (!known) {
      queues.set(path, queue);
      void work(path, queue);
    }
    return done;
  };
}

async function applyAll(path: string, changes: readonly Waiting[]): Promise<void> {
  const accepted: Waiting[] = [];
  try {
    const text = await readText(path);
    const before = parseFile(text ?? "", path);
    let file = before;
    for (const change of changes) {
      try {
        change.signal.throwIfAborted();
        file = await change.edit(passFence(file, change), before);
        accepted.push(change);
      } catch (error) {
        change.reject(error);
      }
    }
    const [first] = accepted;
    if (first) await bringAbout(first, text, file === before ? null : file);
    for (const { resolve } of accepted) resolve();
  } catch (error) {
    for (const { reject } of accepted.length > 0 ? accepted : changes) reject(error);
  }
}

/** One that is not there is empty. */
export async function readUpstreamFile(path: string): Promise<UpstreamFile> {
  return parseFile((await readText(path)) ?? "", path);
}

async function readText(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw new Failure("unavailable", `${path} cannot be read (${error.code}).`);
  });
}

/** The highest token is kept in the file, and so is whose it is. */
function passFence(file: UpstreamFile, { fleetId, fence, settings }: Change): UpstreamFile {
  if (file.fleetId !== null && file.fleetId !== fleetId)
    throw new Failure("conflict", `${settings.upstreamFile} is another fleet's. Give each fleet a file of its own.`);
  if (fence.token < file.fence && file.fleetId === fleetId)
    throw new Failure(
      "conflict",
      `Another holder has taken over this fleet (token ${file.fence}, yours is ${fence.token}). Observe it again before acting.`,
    );
  return file.fleetId === fleetId && file.fence === fence.token ? file : { ...file, fleetId, fence: fence.token };
}

/** `file`: null where what is written stays as it is. */
async function bringAbout({ settings, signal }: Change, written: string | null, file: UpstreamFile | null): Promise<void> {
  const path = settings.upstreamFile;
  const running = await askRunning(settings, signal).catch(() => null);
  const text = file && renderFile(file, settings);
  if (text !== null) await put(path, text, written);
  const wanted = digestOf(file ?? parseFile(written ?? "", path), settings);
  if (running?.digest === wanted) return;
  try {
    await runNginx(settings, ["-t"], signal);
  } catch (error) {
    // What NGINX does not take must not be there when somebody else reloads it.
    if (written === null) await rm(path, { force: true });
    else if (text !== null) await put(path, written, text);
    throw error;
  }
  const workers = await findAccepting();
  await runNginx(settings, ["-s", "reload"], signal);
  await becomesSo(settings, wanted, workers, signal);
}

async function becomesSo(settings: NginxSettings, wanted: string, before: readonly number[], signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + (parseDuration(settings.timeout) ?? 0);
  const isSo = async () => {
    const running = await askRunning(settings, signal).catch(() => null);
    // A worker of before takes connections for a moment after the first new one answers.
    return running?.digest === wanted && !(await acceptsBeside(running.pid, before));
  };
  while (!(await isSo())) {
    signal.throwIfAborted();
    if (performance.now() > deadline)
      throw new Failure("unavailable", `NGINX was told to reload, and after ${settings.timeout} its workers still run what they ran before.`);
    await sleep(pollMs);
  }
}

/** In the place of what was read: another Tideline that has taken over meanwhile has written a higher token there. */
async function put(path: string, text: string, read: string | null): Promise<void> {
  if ((await readText(path)) !== read)
    throw new Failure("unavailable", `${path} was written by somebody else at this moment. It is read again before anything is changed.`);
  try {
    await replaceFile(path, text, 0o644);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new Failure("unavailable", `${path} cannot be written (${code}). Give this server's account access to its folder.`);
  }
}
