import type { ContainerRight } from "#domain/container.ts";
import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import { type Release, requireArtifact } from "#domain/release.ts";
import type { Driver, Fence } from "#server/drivers/driver.ts";
import { resolveEnvironment } from "#server/io/release-environment.ts";
import type { Secrets } from "#server/io/secrets.ts";
import { createContainer, removeContainer, renameContainer, restartContainer, setRestartPolicy, shelveContainer, startContainer } from "./acts.ts";
import { adoptedOf } from "./adopted.ts";
import type { Engine } from "./client.ts";
import { type Container, isPending, isUp, readContainer, readContainers } from "./containers.ts";
import { highestToken, passFence, removeFences } from "./fences.ts";
import type { Images } from "./images.ts";
import { nameOf, type Place } from "./labels.ts";
import { sortOut } from "./places.ts";
import { refuseRights } from "./rights.ts";
import { settingsOf } from "./settings.ts";
import { createTurns } from "./turns.ts";

const removedAtOnceMax = 8;
const restartMsMax = 60_000;

export interface Units extends Pick<Driver, "replace" | "start" | "retire" | "discard" | "remove" | "removeFleet"> {
  /** Starts a container again whose liveness check fails. */
  restart(fleet: Fleet, id: string, fence: Fence): Promise<void>;
}

interface UnitsInput {
  readonly open: (fleet: Fleet, signal: AbortSignal) => Promise<Engine>;
  readonly images: Images;
  readonly secrets: Pick<Secrets, "readText">;
  readonly allowed: readonly ContainerRight[];
  readonly onStarted: (id: string) => void;
}

/**
 * What is done to an instance's containers. Each act looks first, so that what an earlier one left half done, here or in a
 * control plane that died, is found by its key and finished, or taken away.
 */
export function createUnits({ open, images, secrets, allowed, onStarted }: UnitsInput): Units {
  const turns = createTurns();

  interface Turn {
    readonly fleet: Fleet;
    readonly instanceId: string;
    readonly name: string;
    readonly fence: Fence;
    readonly signal: AbortSignal;
  }

  /** With the engine, when the instance's turn has come and the token was accepted. */
  async function inTurn({ fleet, instanceId, name, fence, signal }: Turn, act: (engine: Engine) => Promise<void>): Promise<void> {
    return turns.take(`${fleet.fleetId} ${instanceId}`, name, async () => {
      const engine = await open(fleet, signal);
      await passFence(engine, fleet.fleetId, fence.token, signal);
      await act(engine);
    });
  }

  const placesOf = async (engine: Engine, fleet: Fleet, instanceId: string, signal: AbortSignal) =>
    sortOut(fleet, await readContainers(engine, fleet, signal, { instanceId }));

  /** The one of that key that waits to be started, or a new one. Whatever of that key was tried before goes. */
  async function prepare(engine: Engine, creation: Parameters<typeof createContainer>[1], found: readonly Container[], signal: AbortSignal) {
    const mine = found.filter(({ key, place }) => key === creation.key && place === creation.place);
    for (const container of mine.filter((each) => !isPending(each))) await removeContainer(engine, container, signal);
    return mine.find(isPending)?.id ?? createContainer(engine, creation, signal);
  }

  async function creationFor(
    engine: Engine,
    fleet: Fleet,
    given: { release: Release; instanceId: string; key: string; place: Place; fence: Fence },
    signal: AbortSignal,
  ) {
    const { release, fence, ...unit } = given;
    const artifact = requireArtifact(release, "container");
    refuseRights(artifact, allowed);
    const env = await resolveEnvironment(release.env, secrets);
    await images.require(engine, artifact, signal);
    return { fleet, settings: settingsOf(fleet), release, artifact, env, token: fence.token, ...unit };
  }

  /** Whoever started it may have died before it was given its restart policy. */
  async function settle(engine: Engine, { id, restartPolicy }: Container, release: Release, signal: AbortSignal): Promise<void> {
    const { restart } = requireArtifact(release, "container");
    if (restartPolicy !== restart) await setRestartPolicy(engine, id, restart, signal);
  }

  async function begin(engine: Engine, starting: Parameters<typeof startContainer>[1], signal: AbortSignal): Promise<void> {
    onStarted(starting.id);
    await startContainer(engine, starting, signal);
  }

  /** Ends what no longer has a place; the last unit stays, stopped, where the fleet keeps it. */
  async function clear(
    engine: Engine,
    fleet: Fleet,
    last: Container | null,
    others: readonly (Container | null)[],
    signal: AbortSignal,
  ): Promise<void> {
    const isKept = last !== null && settingsOf(fleet).keepOld;
    await Promise.all([
      ...(isKept ? [shelveContainer(engine, last, signal)] : last ? [removeContainer(engine, last, signal)] : []),
      ...others.flatMap((container) => (container === null ? [] : [removeContainer(engine, container, signal)])),
    ]);
  }

  return {
    replace: async (fleet, instanceId, release, key, fence, signal) => {
      requireInstance(fleet, instanceId);
      await inTurn({ fleet, instanceId, name: `replace ${key}`, fence, signal }, async (engine) => {
        const { unit, next, pending, old } = await placesOf(engine, fleet, instanceId, signal);
        if (unit?.key === key && isUp(unit)) {
          await settle(engine, unit, release, signal);
          return clear(engine, fleet, null, [next, ...pending], signal);
        }
        // Before the old unit is touched: a release that cannot start must not cost what runs.
        const creation = await creationFor(engine, fleet, { release, instanceId, key, place: "unit", fence }, signal);
        const id = await prepare(
          engine,
          creation,
          [unit, ...pending, ...old].filter((each) => each !== null),
          signal,
        );
        await passFence(engine, fleet.fleetId, fence.token, signal);
        const others = [next, ...pending, ...old].filter((each) => each !== null && each.key !== key);
        await clear(engine, fleet, unit?.key === key ? null : unit, others, signal);
        await passFence(engine, fleet.fleetId, fence.token, signal);
        await begin(engine, { id, restart: creation.artifact.restart, what: `${instanceId} of ${fleet.name}` }, signal);
      });
    },
    start: async (fleet, instanceId, release, key, fence, signal) => {
      requireInstance(fleet, instanceId);
      await inTurn({ fleet, instanceId, name: `start ${key}`, fence, signal }, async (engine) => {
        const { unit, next, pending, old } = await placesOf(engine, fleet, instanceId, signal);
        if (unit?.key === key) return;
        if (next?.key === key && isUp(next)) return settle(engine, next, release, signal);
        if (next && next.key !== key)
          throw new Failure("conflict", `${instanceId} has a second unit already (${next.key}). Retire the first or discard this one before.`);
        const creation = await creationFor(engine, fleet, { release, instanceId, key, place: "next", fence }, signal);
        const id = await prepare(
          engine,
          creation,
          [next, ...pending, ...old].filter((each) => each !== null),
          signal,
        );
        await clear(
          engine,
          fleet,
          null,
          pending.filter((each) => each.key !== key),
          signal,
        );
        await passFence(engine, fleet.fleetId, fence.token, signal);
        await begin(engine, { id, restart: creation.artifact.restart, what: `The second unit of ${instanceId} of ${fleet.name}` }, signal);
      });
    },
    retire: (fleet, instanceId, key, fence, signal) =>
      inTurn({ fleet, instanceId, name: `retire ${key}`, fence, signal }, async (engine) => {
        const { unit, next, pending, old } = await placesOf(engine, fleet, instanceId, signal);
        if (unit?.key === key) return;
        if (next?.key !== key) throw new Failure("not-found", `${instanceId} has no second unit ${key}.`);
        await clear(engine, fleet, unit, [...pending, ...old], signal);
        await passFence(engine, fleet.fleetId, fence.token, signal);
        await renameContainer(engine, next, nameOf(fleet, next), signal);
      }),
    discard: (fleet, instanceId, key, fence, signal) =>
      inTurn({ fleet, instanceId, name: `discard ${key}`, fence, signal }, async (engine) => {
        const { unit, next, pending } = await placesOf(engine, fleet, instanceId, signal);
        if (unit?.key === key) throw new Failure("conflict", `Unit ${key} of ${instanceId} is no second one any more: it took over.`);
        await clear(
          engine,
          fleet,
          null,
          [next, ...pending].filter((each) => each?.key === key),
          signal,
        );
      }),
    remove: async (fleet, instanceId, fence, signal) => {
      if (fleet.instances.some(({ id }) => id === instanceId))
        throw new Failure("conflict", `${instanceId} is still part of ${fleet.name}. Scale the fleet in first.`);
      await inTurn({ fleet, instanceId, name: "remove", fence, signal }, async (engine) =>
        clear(engine, fleet, null, await readContainers(engine, fleet, signal, { instanceId }), signal),
      );
    },
    removeFleet: async (fleet, fence, signal) => {
      const engine = await open(fleet, signal);
      if ((await highestToken(engine, fleet.fleetId, signal)) !== null) await passFence(engine, fleet.fleetId, fence.token, signal);
      // What it adopted and never replaced goes on: the fleet did not bring it.
      const containers = (await readContainers(engine, fleet, signal)).filter(({ isAdopted }) => !isAdopted);
      for (let from = 0; from < containers.length; from += removedAtOnceMax)
        await clear(engine, fleet, null, containers.slice(from, from + removedAtOnceMax), signal);
      // Last: until then it is known, and whoever comes again goes on.
      await removeFences(engine, fleet.fleetId, signal);
    },
    restart: async (fleet, id, fence) => {
      const signal = AbortSignal.timeout(restartMsMax);
      const adopted = adoptedOf(fleet).get(id);
      const instanceId = adopted?.instance ?? (await readContainer(await open(fleet, signal), id, signal))?.instanceId;
      if (instanceId === undefined) return;
      await inTurn({ fleet, instanceId, name: `restart ${id}`, fence, signal }, (engine) => restartContainer(engine, id, signal));
    },
  };
}

function requireInstance({ name, instances }: Fleet, instanceId: string): void {
  if (!instances.some(({ id }) => id === instanceId)) throw new Failure("not-found", `${name} has no instance ${instanceId}.`);
}
