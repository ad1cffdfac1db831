import type { CheckStep } from "#domain/check-step.ts";
import type { ContainerRight, ContainerSettings } from "#domain/container.ts";
import type { MadeContainer } from "#domain/made-container.ts";
import type { Release } from "#domain/release.ts";
import type { DockerEngine, DockerSettings } from "#domain/settings/docker.ts";
import { checkEngine, type EngineQuestion } from "./check.ts";
import type { Engines } from "./client.ts";
import { type FoundContainer, listRunning, readMade } from "./discover.ts";
import type { Images } from "./images.ts";
import { refuseAdoption } from "./refuse-adoption.ts";
import { refuseRights } from "./rights.ts";

/** What may be asked of an engine beside a fleet's own units. All throw Failure. */
export interface DockerTools {
  /** What runs there, ours and not. */
  listRunning(engine: DockerEngine, signal: AbortSignal): Promise<readonly FoundContainer[]>;
  /** How containers that run there were made. */
  inspect(engine: DockerEngine, ids: readonly string[], signal: AbortSignal): Promise<readonly MadeContainer[]>;
  /** Throws Failure("invalid") where the containers that a fleet would adopt cannot be its instances. Touches none. `release`: null for any image. */
  refuseAdoption(settings: DockerSettings, release: Release | null, signal: AbortSignal): Promise<void>;
  /** Everything that a fleet would need of an engine, step by step, as far as one can come. */
  check(question: EngineQuestion, signal: AbortSignal): Promise<readonly CheckStep[]>;
  /** An image by tag, as it is now, by digest or by that engine's id. */
  pin(engine: DockerEngine, image: Parameters<Images["pin"]>[1], signal: AbortSignal): Promise<string>;
  refuseRights(settings: ContainerSettings): void;
}

interface ToolsInput {
  readonly engines: Engines;
  readonly images: Images;
  readonly allowed: readonly ContainerRight[];
}

export function createDockerTools({ engines, images, allowed }: ToolsInput): DockerTools {
  return {
    listRunning: async (engine, signal) => listRunning(await engines.open(engine, signal), signal),
    inspect: async (engine, ids, signal) => readMade(await engines.open(engine, signal), ids, allowed, signal),
    refuseAdoption: async (settings, release, signal) => refuseAdoption(await engines.open(settings.engine, signal), settings, release, signal),
    check: (question, signal) => checkEngine({ engines, images, allowed }, question, signal),
    pin: async (engine, image, signal) => images.pin(await engines.open(engine, signal), image, signal),
    refuseRights: (settings) => refuseRights(settings, allowed),
  };
}
