import { randomUUID } from "node:crypto";
import type { CheckStep } from "#domain/check-step.ts";
import type { ContainerArtifact, ContainerRight } from "#domain/container.ts";
import { Failure } from "#domain/failure.ts";
import { type DockerSettings, parseEngineUrl } from "#domain/settings/docker.ts";
import type { Engine, Engines } from "./client.ts";
import type { Images } from "./images.ts";
import { requireNetwork } from "./network.ts";
import { refuseRights } from "./rights.ts";

/** Docker 20.10, with which the driver is tested. */
const apiVersionMin = 1.41;

export interface EngineQuestion {
  readonly settings: DockerSettings;
  /** Of the release that the fleet would begin with; null: none is chosen yet. */
  readonly artifact: ContainerArtifact | null;
}

interface CheckParts {
  readonly engines: Engines;
  readonly images: Images;
  readonly allowed: readonly ContainerRight[];
}

/** Everything that a fleet would need, once. Leaves nothing behind. Ends with the first step without which no other makes sense. */
export async function checkEngine(parts: CheckParts, { settings, artifact }: EngineQuestion, signal: AbortSignal): Promise<CheckStep[]> {
  const steps: CheckStep[] = [];
  const take = async (name: string, act: () => Promise<Omit<CheckStep, "name">>) => {
    const step = await act().catch((error: unknown): Omit<CheckStep, "name"> => {
      if (!(error instanceof Failure)) throw error;
      return { outcome: "failed", message: error.message };
    });
    steps.push({ name, ...step });
    return step.outcome !== "failed";
  };
  let engine: Engine | null = null;
  const isReached = await take("Connection", async () => {
    engine = await parts.engines.open(settings.engine, signal);
    return describeVersion(engine, await engine.ask(signal, (docker) => docker.version()));
  });
  if (!isReached || engine === null) return steps;
  const reached: Engine = engine;
  if (!(await take("Permissions", () => tryToWrite(reached, signal)))) return steps;
  await take("Network", async () => {
    await requireNetwork(reached, settings.network, signal);
    return describeReach(settings);
  });
  if (artifact !== null)
    await take("Image", async () => {
      refuseRights(artifact, parts.allowed);
      const found = await parts.images.find(reached, artifact, signal);
      return { outcome: "ok", message: found === "present" ? "The image is there." : "The image is not there yet, and can be pulled." };
    });
  return steps;
}

function describeVersion(
  { name }: Engine,
  { Version, ApiVersion, Os }: { Version: string; ApiVersion: string; Os: string },
): Omit<CheckStep, "name"> {
  if (!isAtLeast(ApiVersion, apiVersionMin))
    return { outcome: "failed", message: `${name} is Docker ${Version}. Tideline needs 20.10 or newer: update it.` };
  if (Os !== "linux") return { outcome: "failed", message: `${name} runs containers of ${Os}. Tideline rolls those of Linux.` };
  return { outcome: "ok", message: `${name} answers: Docker ${Version}.` };
}

/** 1.9 is older than 1.41. */
function isAtLeast(version: string, min: number): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [majorMin = 0, minorMin = 0] = String(min).split(".").map(Number);
  return major > majorMin || (major === majorMin && minor >= minorMin);
}

/** What stands before an engine may let others look only. */
async function tryToWrite(engine: Engine, signal: AbortSignal): Promise<Omit<CheckStep, "name">> {
  const name = `tideline-check-${randomUUID()}`;
  await engine.ask(signal, (docker, abortSignal) => docker.createVolume({ Name: name, abortSignal }));
  await engine.ask(signal, (docker, abortSignal) => docker.getVolume(name).remove({ abortSignal }));
  return { outcome: "ok", message: "It takes changes: a volume was made and removed." };
}

function describeReach({ engine, network, reach }: DockerSettings): Omit<CheckStep, "name"> {
  const where = network === null ? "its default network" : `the network ${network}`;
  const isFar = parseEngineUrl(engine.url)?.type !== "unix";
  if (reach.type === "address" && isFar)
    return {
      outcome: "doubt",
      message: `Containers get addresses of ${where}, which must be routed from here and from the balancer. If they are not, publish their ports.`,
    };
  if (reach.type === "published" && isFar && reach.host === null && reach.bind.startsWith("127."))
    return {
      outcome: "doubt",
      message: `Ports are published at ${reach.bind} of the engine's machine, which is not this one. Bind them to an address that is reached from here.`,
    };
  return {
    outcome: "ok",
    message:
      reach.type === "address"
        ? `Containers are reached at their addresses in ${where}.`
        : `Containers are reached at ports published at ${reach.host ?? reach.bind}.`,
  };
}
