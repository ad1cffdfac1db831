import { Failure } from "#domain/failure.ts";
import type { Engine } from "./client.ts";
import { statusOf } from "./failure.ts";
import { labelled, labels } from "./labels.ts";

/**
 * The highest token that an engine was given for a fleet, kept there: an empty volume whose label holds it, for labels are
 * all that an engine keeps for others. A volume's labels never change, so a higher token is a new volume, and the lower
 * ones go. That there is one says that the fleet is known. Two calls cannot be made one on an engine: the token is asked for
 * again before each step that cannot be taken back, and a step that had passed then is over within its own deadline.
 */

/** Null: this engine does not know the fleet. */
export async function highestToken(engine: Engine, fleetId: string, signal: AbortSignal): Promise<number | null> {
  const tokens = (await listFences(engine, fleetId, signal)).map(({ token }) => token);
  return tokens.length === 0 ? null : Math.max(...tokens);
}

/** Throws Failure: `not-found` when the fleet was not made known, `conflict` when a higher token has been seen. */
export async function passFence(engine: Engine, fleetId: string, token: number, signal: AbortSignal): Promise<void> {
  const highest = await highestToken(engine, fleetId, signal);
  if (highest === null) throw unknownFleet(engine);
  refuseLower(token, highest);
  if (token > highest) await raiseFence(engine, fleetId, token, signal);
}

/** Makes the fleet known. Throws Failure("conflict") when a higher token has been seen. */
export async function raiseFence(engine: Engine, fleetId: string, token: number, signal: AbortSignal): Promise<void> {
  const before = await listFences(engine, fleetId, signal);
  refuseLower(token, Math.max(-1, ...before.map((fence) => fence.token)));
  if (!before.some((fence) => fence.token === token))
    await engine.ask(signal, (docker, abortSignal) =>
      docker.createVolume({ Name: nameOf(fleetId, token), Labels: { [labels.fleet]: fleetId, [labels.token]: String(token) }, abortSignal }),
    );
  // Whoever raised it further meanwhile is seen here, and sees us.
  const after = await listFences(engine, fleetId, signal);
  refuseLower(token, Math.max(token, ...after.map((fence) => fence.token)));
  await removeVolumes(
    engine,
    after.filter((fence) => fence.token < token),
    signal,
  );
}

export async function removeFences(engine: Engine, fleetId: string, signal: AbortSignal): Promise<void> {
  await removeVolumes(engine, await listFences(engine, fleetId, signal), signal);
}

export function unknownFleet({ name }: Pick<Engine, "name">): Failure {
  return new Failure("not-found", `The engine at ${name} does not know this fleet. Make it known first.`);
}

function refuseLower(token: number, highest: number): void {
  if (token < highest) throw new Failure("conflict", `Another holder has taken this fleet over: its token is ${highest}, and this one ${token}.`);
}

interface Fence {
  readonly name: string;
  readonly token: number;
}

async function listFences(engine: Engine, fleetId: string, signal: AbortSignal): Promise<readonly Fence[]> {
  // The package's types want the filters as text, which it writes itself.
  const filters = labelled(fleetId) as never;
  const { Volumes } = await engine.ask(signal, (docker, abortSignal) => docker.listVolumes({ filters, abortSignal }));
  return (Volumes ?? []).flatMap(({ Name, Labels }) => {
    const token = Number(Labels?.[labels.token]);
    return Number.isSafeInteger(token) ? [{ name: Name, token }] : [];
  });
}

async function removeVolumes(engine: Engine, fences: readonly Fence[], signal: AbortSignal): Promise<void> {
  for (const { name } of fences)
    await engine.ask(signal, (docker, abortSignal) =>
      docker
        .getVolume(name)
        .remove({ abortSignal })
        .catch((error: unknown) => {
          if (statusOf(error) !== 404) throw error;
        }),
    );
}

function nameOf(fleetId: string, token: number): string {
  return `tideline-${fleetId}-token-${token}`;
}
