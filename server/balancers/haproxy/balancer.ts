import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { HaproxySettings } from "#domain/settings/haproxy.ts";
import { type Balancer, createFences, type RotationAnswer, requireReady, type SeenUnit } from "#server/balancers/balancer.ts";
import type { Fence } from "#server/drivers/driver.ts";
import { complaintOf, requireVersion, type Server } from "./answers.ts";
import { addServer, deleteServer, instanceOfServer, keepDeadline, serverName, setState, setWeight } from "./commands.ts";
import type { Ledger } from "./ledger.ts";
import { settle } from "./settle.ts";
import { readServers, type Say } from "./socket.ts";
import { createTurns } from "./turns.ts";

type Servers = ReadonlyMap<string, Server>;

interface Asked {
  readonly fleet: Fleet;
  readonly fence: Fence;
  readonly signal: AbortSignal;
}

/**
 * A HAProxy outside, over its runtime API. Each unit is a server of its own in the fleet's backend: made when the unit is
 * restored, in `drain` while its requests end, in `maint` when it is out, deleted when its unit is gone. HAProxy stores no
 * token that it would compare before it obeys: its runtime API has no condition. After a restart it knows no server of ours any
 * more: then everything is out, and is restored.
 */
export function createHaproxyBalancer(say: Say, ledger: Ledger): Balancer {
  const passFence = createFences();
  const inTurn = createTurns();

  /** Asks for a change and reads it back: what does not show did not happen. */
  async function change({ fleet, fence, signal }: Asked, commands: readonly string[], isDone: (servers: Servers) => boolean): Promise<void> {
    const settings = settingsOf(fleet);
    passFence(fleet.fleetId, fence);
    const complaint = complaintOf(await say(settings, commands, signal));
    if (isDone(await readServers(say, settings, signal))) return;
    throw new Failure("unavailable", `HAProxy did not confirm the change${complaint === "" ? "." : `: ${complaint}`}`);
  }

  return {
    fencing: "lease-only",
    ensureFleet: async (fleet, fence, signal) => {
      const settings = settingsOf(fleet);
      passFence(fleet.fleetId, fence);
      requireVersion(await say(settings, ["show info"], signal));
      await readServers(say, settings, signal);
    },
    observe: (fleet, { units, fence }, signal) =>
      inTurn(fleet.fleetId, signal, async () => {
        const settings = settingsOf(fleet);
        const { fleetId } = fleet;
        let servers = await readServers(say, settings, signal);
        if (units === null) return {};
        const now = Date.now();
        ledger.know(fleet, units, now);
        const due = fence === null ? [] : settle(fleetId, settings.backend, { servers, ledger, now });
        if (fence !== null && due.length > 0) {
          passFence(fleetId, fence);
          await say(settings, due, signal);
          servers = await readServers(say, settings, signal);
        }
        const answer = (instanceId: string, unit: SeenUnit["unit"]): RotationAnswer => {
          const name = unit && serverName(fleetId, instanceId, unit);
          const server = name === null ? undefined : servers.get(name);
          return { rotation: server?.state ?? "out", inFlight: server?.inFlight ?? 0, cut: name === null ? 0 : ledger.cutOf(fleetId, name) };
        };
        return Object.fromEntries(
          Object.entries(units).map(([instanceId, { unit, next }]) => [
            instanceId,
            { ...answer(instanceId, unit), next: next && answer(instanceId, next.unit) },
          ]),
        );
      }),
    drain: (fleet, { instanceId, seen }, timeoutMs, fence, signal) =>
      inTurn(fleet.fleetId, signal, async () => {
        const settings = settingsOf(fleet);
        const { fleetId } = fleet;
        if (!seen?.unit) return;
        const name = serverName(fleetId, instanceId, seen.unit);
        // Asked again while it drains it keeps its first deadline.
        if ((await readServers(say, settings, signal)).get(name)?.state !== "in") return;
        const until = Date.now() + timeoutMs;
        ledger.drain(fleetId, name, until);
        const commands = [keepDeadline(settings.backend, name, Math.ceil(until / 1_000)), setState(settings.backend, name, "drain")];
        await change({ fleet, fence, signal }, commands, (servers) => servers.get(name)?.state !== "in");
      }),
    restore: (fleet, place, fence, signal) =>
      inTurn(fleet.fleetId, signal, async () => {
        const settings = settingsOf(fleet);
        const unit = requireReady(place);
        const { backend } = settings;
        const name = serverName(fleet.fleetId, place.instanceId, unit);
        const server = (await readServers(say, settings, signal)).get(name);
        if (server?.state === "in") return;
        const commands = server ? [] : [addServer(backend, name, unit.address)];
        commands.push(keepDeadline(backend, name, 0), setWeight(backend, name, 1), setState(backend, name, "ready"));
        await change({ fleet, fence, signal }, commands, (servers) => servers.get(name)?.state === "in");
      }),
    removeFleet: async (fleet, fence, signal) => {
      const settings = settingsOf(fleet);
      const { backend } = settings;
      passFence(fleet.fleetId, fence);
      const ours = [...(await readServers(say, settings, signal)).keys()].filter((name) => instanceOfServer(fleet.fleetId, name) !== null);
      if (ours.length > 0) {
        const commands = ours.flatMap((name) => [setState(backend, name, "maint"), deleteServer(backend, name)]);
        const isGone = (servers: Servers) => ours.every((name) => (servers.get(name)?.state ?? "out") !== "in");
        await change({ fleet, fence, signal }, commands, isGone);
      }
      ledger.forget(fleet.fleetId);
    },
  };
}

export function settingsOf({ balancer }: Fleet): HaproxySettings {
  if (balancer.type === "haproxy") return balancer;
  throw new Error(`A fleet of balancer ${balancer.type} was given to the adapter for HAProxy.`);
}
