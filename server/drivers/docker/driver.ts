import type { ContainerRight } from "#domain/container.ts";
import type { Fleet } from "#domain/fleet.ts";
import { requireArtifact } from "#domain/release.ts";
import type { DockerSettings } from "#domain/settings/docker.ts";
import type { Driver, UnitAnswer, UnitObservation } from "#server/drivers/driver.ts";
import { resolveEnvironment } from "#server/io/release-environment.ts";
import type { Secrets } from "#server/io/secrets.ts";
import type { Logger } from "#server/log.ts";
import type { Engine, Engines } from "./client.ts";
import { type Container, Known, readContainers } from "./containers.ts";
import { addressOf, describeUnit, parseTarget } from "./describe.ts";
import { highestToken, raiseFence, unknownFleet } from "./fences.ts";
import type { Images } from "./images.ts";
import { LastWords } from "./last-words.ts";
import { readLogs } from "./logs.ts";
import { requireNetwork } from "./network.ts";
import { sortOut } from "./places.ts";
import { type Probed, Probes, type ProbeView } from "./probes.ts";
import { Restarts } from "./restarts.ts";
import { refuseRights } from "./rights.ts";
import { settingsOf } from "./settings.ts";
import { createUnits } from "./units.ts";
import { UsageReader } from "./usage.ts";

export interface DockerDriver extends Driver {
  readonly readUsage: NonNullable<Driver["readUsage"]>;
  /** Asks no unit any more. Containers go on. */
  close(): void;
}

interface DockerInput {
  readonly engines: Engines;
  readonly images: Images;
  readonly secrets: Pick<Secrets, "readText">;
  /** What an admin has allowed releases to have. */
  readonly allowed: readonly ContainerRight[];
  readonly log: Logger;
}

const noUnit: UnitAnswer = { unit: null, ready: false, readyForMs: null, probe: null };
const notAsked: ProbeView = { ready: false, readyForMs: null, probe: null };
/** Containers started here whose first sight is still to come. */
const freshMax = 1_000;

/**
 * Runs units as containers. What it knows of them is in their labels on the engine, so that another replica of ours sees the
 * same; in memory are only the answers of their checks. The engine itself starts a container again that ended.
 */
export function createDockerDriver({ engines, images, secrets, allowed, log }: DockerInput): DockerDriver {
  const fresh = new Set<string>();
  const open = (fleet: Fleet, signal: AbortSignal) => engines.open(settingsOf(fleet).engine, signal);
  const units = createUnits({ open, images, secrets, allowed, onStarted: noteStart });
  const restarts = new Restarts({ restart: units.restart, log });
  const probes = new Probes({ onSick: (fleetId, id, answer) => restarts.onSick(fleetId, id, answer) });
  const lastWords = new LastWords();
  const usage = new UsageReader();
  const known = new Known();

  function noteStart(id: string): void {
    if (fresh.size >= freshMax) fresh.clear();
    fresh.add(id);
  }

  function toProbed(container: Container, host: string, settings: DockerSettings): Probed[] {
    const { id, status, startedAt } = container;
    const target = parseTarget(addressOf(container, host, settings));
    return status === "running" && startedAt !== null && target ? [{ id, startedAt, target, isFresh: fresh.has(id) }] : [];
  }

  async function observe(
    engine: Engine,
    fleet: Fleet,
    containers: readonly Container[],
    signal: AbortSignal,
  ): Promise<Record<string, UnitObservation>> {
    const settings = settingsOf(fleet);
    const ofInstance = new Map<string, Container[]>(fleet.instances.map(({ id }) => [id, []]));
    for (const container of containers) ofInstance.set(container.instanceId, [...(ofInstance.get(container.instanceId) ?? []), container]);
    const places = [...ofInstance].map(([id, its]) => ({ id, ...sortOut(fleet, its) }));
    const current = places.flatMap(({ unit, next }) => [unit, next]).filter((container) => container !== null);
    const views = await probes.look(
      fleet,
      current.flatMap((container) => toProbed(container, engine.host, settings)),
    );
    const answer = async (container: Container): Promise<UnitAnswer> => {
      const words = await lastWords.of(engine, container, signal);
      const described = { host: engine.host, settings, lastWords: words, ownRestarts: restarts.countOf(container.id) };
      return { unit: describeUnit(container, described), ...(views.get(container.id) ?? notAsked) };
    };
    const answers = places.map(
      async ({ id, unit, next }): Promise<[string, UnitObservation]> => [
        id,
        { ...(unit ? await answer(unit) : noUnit), next: next && (await answer(next)) },
      ],
    );
    return Object.fromEntries(await Promise.all(answers));
  }

  return {
    fencing: "stored",
    canSurge: true,
    ensureFleet: async (fleet, fence, signal) => {
      const engine = await open(fleet, signal);
      await requireNetwork(engine, settingsOf(fleet).network, signal);
      await raiseFence(engine, fleet.fleetId, fence.token, signal);
      restarts.noteFleet(fleet, fence);
    },
    resolveRelease: async (fleet, release, signal) => {
      const artifact = requireArtifact(release, "container");
      refuseRights(artifact, allowed);
      await resolveEnvironment(release.env, secrets);
      await images.find(await open(fleet, signal), artifact, signal);
    },
    observe: async (fleet, signal) => {
      const engine = await open(fleet, signal);
      const [token, containers] = await Promise.all([highestToken(engine, fleet.fleetId, signal), readContainers(engine, fleet, signal, { known })]);
      if (token === null) throw unknownFleet(engine);
      restarts.noteSeen(containers);
      return observe(engine, fleet, containers, signal);
    },
    replace: units.replace,
    start: units.start,
    retire: units.retire,
    discard: units.discard,
    remove: units.remove,
    removeFleet: async (fleet, fence, signal) => {
      await units.removeFleet(fleet, fence, signal);
      restarts.forgetFleet(fleet.fleetId);
      probes.forget(fleet.fleetId);
    },
    readLogs: async (fleet, instanceId, range, signal) => readLogs(await open(fleet, signal), fleet, instanceId, range, signal),
    readUsage: async (fleet, signal) => usage.read(await open(fleet, signal), fleet, (id) => restarts.takeNew(id), signal),
    close: () => probes.close(),
  };
}
