import { Failure } from "#domain/failure.ts";
import type { Engine } from "./client.ts";
import { statusOf } from "./failure.ts";

/** Throws Failure("invalid") when the engine has no such network. */
export async function requireNetwork(engine: Engine, name: string | null, signal: AbortSignal): Promise<void> {
  if (name === null) return;
  const isThere = await engine.ask(signal, async (docker) => {
    try {
      await docker.getNetwork(name).inspect();
      return true;
    } catch (error) {
      if (statusOf(error) === 404) return false;
      throw error;
    }
  });
  if (isThere) return;
  const message = `The engine at ${engine.name} has no network ${name}. Create it (docker network create ${name}), or name another.`;
  throw new Failure("invalid", message, [{ field: "driver.network", message }]);
}
