import type { ContainerArtifact } from "#domain/container.ts";
import { Failure } from "#domain/failure.ts";
import { secretsOf } from "#domain/secret-versions.ts";
import type { Engine } from "./client.ts";
import { type Container, isUp, readContainer, readContainers } from "./containers.ts";
import { describeTrouble } from "./describe.ts";
import { statusOf } from "./failure.ts";
import { readLastWords } from "./logs.ts";
import { type Creation, creationOf } from "./requests.ts";

/** Longer than any release lets its program take to stop. */
const stopWithinMs = 45_000;
const startWithinMs = 40_000;
/** A program that ends within this time after its start could not be started. */
const graceMs = 300;
const createdLookMs = 200;
const createdLooksMax = 25;

/** Creates a container and starts nothing. The same again finds it: the engine gives a name once. Throws Failure. */
export async function createContainer(engine: Engine, creation: Creation, signal: AbortSignal): Promise<string> {
  const options = creationOf(creation);
  try {
    const { id } = await engine.ask(signal, (docker, abortSignal) => docker.createContainer({ ...options, abortSignal }), {
      withinMs: startWithinMs,
      secrets: secretsOf(creation.release.env).map(([variable]) => creation.env.reveal()[variable] ?? ""),
    });
    return id;
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "conflict") throw namingImage(error, creation.artifact);
    return findCreated(engine, creation, error, signal);
  }
}

/** The name is taken before the container can be seen: whoever asked first may have died while the engine still makes it. */
async function findCreated(engine: Engine, { fleet, instanceId, key }: Creation, conflict: Failure, signal: AbortSignal): Promise<string> {
  for (let look = 0; look < createdLooksMax; look += 1) {
    const found = (await readContainers(engine, fleet, signal, { instanceId })).find((container) => container.key === key);
    if (found) return found.id;
    await new Promise((resolve) => setTimeout(resolve, createdLookMs));
  }
  throw conflict;
}

interface Starting {
  readonly id: string;
  readonly restart: ContainerArtifact["restart"];
  /** For words. */
  readonly what: string;
}

/** Throws Failure, with the program's last words, when it cannot be started or ends at once. */
export async function startContainer(engine: Engine, { id, restart, what }: Starting, signal: AbortSignal): Promise<void> {
  await engine.ask(signal, (docker, abortSignal) => ignoring(docker.getContainer(id).start({ abortSignal }), 304), { withinMs: startWithinMs });
  await new Promise((resolve) => setTimeout(resolve, graceMs));
  await setRestartPolicy(engine, id, restart, signal);
  const started = await readContainer(engine, id, signal);
  if (started === null) throw new Failure("conflict", `${what} was removed by somebody as soon as it was started.`);
  if (isUp(started)) return;
  // Or it would come back with the engine.
  await setRestartPolicy(engine, id, "no", signal);
  const words = await readLastWords(engine, id, signal).catch(() => null);
  const trouble = describeTrouble(started, words) ?? "It ended.";
  throw new Failure("invalid", `${what} did not stay up when it was started. ${trouble}`);
}

/** Politely, then by force. Done when it does not run, or has gone. */
export async function stopContainer(engine: Engine, id: string, signal: AbortSignal): Promise<void> {
  await engine.ask(signal, (docker, abortSignal) => ignoring(docker.getContainer(id).stop({ abortSignal }), 304, 404), { withinMs: stopWithinMs });
}

/** Stopped, and gone with the volumes that have no name; those of one that was adopted stay, for they are not ours. */
export async function removeContainer(engine: Engine, container: Container, signal: AbortSignal): Promise<void> {
  const { id, isAdopted } = container;
  if (isUp(container)) await stopContainer(engine, id, signal);
  // 409: it is being removed already.
  await engine.ask(signal, (docker, abortSignal) => ignoring(docker.getContainer(id).remove({ force: true, v: !isAdopted, abortSignal }), 404, 409), {
    withinMs: stopWithinMs,
  });
}

/** Stopped, and left for people to look at: no restart policy may bring it back with the engine. */
export async function shelveContainer(engine: Engine, { id }: Container, signal: AbortSignal): Promise<void> {
  await setRestartPolicy(engine, id, "no", signal);
  await stopContainer(engine, id, signal);
}

/** Nothing changes where it is so already, or the container has gone. */
export async function setRestartPolicy(engine: Engine, id: string, name: ContainerArtifact["restart"], signal: AbortSignal): Promise<void> {
  await engine.ask(signal, (docker, abortSignal) =>
    ignoring(docker.getContainer(id).update({ RestartPolicy: { Name: name }, abortSignal }), 404, 409),
  );
}

export async function renameContainer(engine: Engine, { id }: Container, name: string, signal: AbortSignal): Promise<void> {
  await engine.ask(signal, (docker, abortSignal) => docker.getContainer(id).rename({ name, abortSignal }));
}

export async function restartContainer(engine: Engine, id: string, signal: AbortSignal): Promise<void> {
  await engine.ask(signal, (docker, abortSignal) => ignoring(docker.getContainer(id).restart({ abortSignal }), 404), { withinMs: stopWithinMs });
}

/** An answer that means: it is so already. */
async function ignoring(call: Promise<unknown>, ...statuses: readonly number[]): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!statuses.includes(statusOf(error) ?? 0)) throw error;
  }
}

/** The engine says "no such image" as of anything else that is not there. */
function namingImage(error: unknown, { image }: Pick<ContainerArtifact, "image">): unknown {
  if (!(error instanceof Failure) || error.code !== "not-found") return error;
  return new Failure("invalid", `${image}: ${error.message}`, [{ field: "image", message: error.message }]);
}
