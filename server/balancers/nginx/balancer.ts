import { Failure } from "#domain/failure.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { NginxSettings } from "#domain/settings/nginx.ts";
import { type Balancer, type RotationAnswer, requireReady, type SeenUnit, type Units } from "#server/balancers/balancer.ts";
import { type CountInFlight, countInFlight } from "./in-flight.ts";
import { askRunning } from "./program.ts";
import { settle } from "./settle.ts";
import { digestOf, requireAddress, type ServerLine, serverName, type UpstreamFile } from "./upstream-file.ts";
import { createWriter, readUpstreamFile } from "./writer.ts";

const noServer: RotationAnswer = { rotation: "out", inFlight: 0, cut: 0 };

/**
 * An NGINX on the server's machine, by an upstream file and reloads. Its workers tell which file they run, so that a change
 * counts when they do. In flight are the workers' open connections to an instance's address; where those cannot be seen, a
 * drain takes its whole time and is called unverified. NGINX cannot cut a request: what is left after the drain's time is
 * counted as cut, for it ends with its instance. The highest token is kept in the file.
 */
export function createNginxBalancer(): Balancer {
  const apply = createWriter();
  /** By path: what NGINX was seen to run last. A file that somebody removed is written again from it, and nobody notices. */
  const confirmed = new Map<string, UpstreamFile>();
  /** Of workers: one that was started before NGINX's user was changed is still there for a while. */
  const accounts = new Set<number>();
  const revive = (file: UpstreamFile, path: string): UpstreamFile => {
    const known = confirmed.get(path);
    return file.servers.length === 0 && known?.fleetId === file.fleetId ? { ...known, fence: file.fence } : file;
  };

  return {
    fencing: "stored",
    ensureFleet: (fleet, fence, signal) => apply({ fleetId: fleet.fleetId, settings: settingsOf(fleet), fence, edit: (file) => file, signal }),
    observe: async (fleet, { units, fence }, signal) => {
      const settings = settingsOf(fleet);
      const { fleetId } = fleet;
      const path = settings.upstreamFile;
      let file = await readUpstreamFile(path);
      const running = await askRunning(settings, signal);
      if (units === null) return {};
      const count = await countInFlight(running.pid, accounts);
      const names = namesOf(units);
      const isOurs = file.fleetId === fleetId;
      const isAsWritten = isOurs && running.digest === digestOf(file, settings);
      const isDue = isOurs && settle(file, { names, count, mayEnd: () => true, now: Date.now() }) !== file;
      if (!isAsWritten && fence === null)
        throw new Failure("unavailable", `NGINX runs another configuration than ${path} says, and nobody has reloaded it yet.`);
      if (fence !== null && (!isAsWritten || isDue)) {
        const edit = async (now: UpstreamFile, before: UpstreamFile) => {
          // Looked at again, for a drain may have begun since: only what the workers run already can have ended.
          const { digest, pid } = await askRunning(settings, signal);
          const mayEnd = (server: ServerLine) => digest === digestOf(before, settings) && before.servers.includes(server);
          const seen = { names, count: await countInFlight(pid, accounts), mayEnd, now: Date.now() };
          return settle(before.fleetId === null ? revive(now, path) : now, seen);
        };
        await apply({ fleetId, settings, fence, edit, signal });
        file = await readUpstreamFile(path);
      }
      if (file.fleetId === fleetId) confirmed.set(path, file);
      return answersOf(units, file, count);
    },
    drain: async (fleet, { instanceId, seen }, timeoutMs, fence, signal) => {
      const { unit } = seen ?? {};
      if (!unit) return;
      const name = serverName(instanceId, unit);
      const until = Date.now() + timeoutMs;
      const edit = (file: UpstreamFile) =>
        change(file, name, (server) => (server.state === "in" ? { ...server, state: "draining" as const, until, cut: 0 } : server));
      await apply({ fleetId: fleet.fleetId, settings: settingsOf(fleet), fence, edit, signal });
    },
    restore: async (fleet, place, fence, signal) => {
      const unit = requireReady(place);
      const name = serverName(place.instanceId, unit);
      const server: ServerLine = { name, address: requireAddress(unit.address), state: "in", until: null, cut: 0 };
      const edit = (file: UpstreamFile) => {
        const isKnown = file.servers.some((each) => each.name === name);
        return isKnown ? change(file, name, (before) => (before.state === "in" ? before : server)) : { ...file, servers: [...file.servers, server] };
      };
      await apply({ fleetId: fleet.fleetId, settings: settingsOf(fleet), fence, edit, signal });
    },
    removeFleet: async (fleet, fence, signal) => {
      const settings = settingsOf(fleet);
      const { fleetId } = await readUpstreamFile(settings.upstreamFile);
      // It stays, for nginx.conf names the upstream, and is free for another fleet.
      const edit = (file: UpstreamFile) => ({ ...file, fleetId: null, servers: [] });
      if (fleetId === fleet.fleetId) await apply({ fleetId, settings, fence, edit, signal });
      confirmed.delete(settings.upstreamFile);
    },
  };
}

function settingsOf({ balancer }: Fleet): NginxSettings {
  if (balancer.type === "nginx") return balancer;
  throw new Error(`A fleet of balancer ${balancer.type} was given to the adapter for NGINX.`);
}

function namesOf(units: Units): Set<string> {
  return new Set(
    Object.entries(units).flatMap(([instanceId, { unit, next }]) =>
      [unit, next?.unit].flatMap((each) => (each ? [serverName(instanceId, each)] : [])),
    ),
  );
}

function change(file: UpstreamFile, name: string, edit: (server: ServerLine) => ServerLine): UpstreamFile {
  const servers = file.servers.map((server) => (server.name === name ? edit(server) : server));
  return servers.every((server, index) => server === file.servers[index]) ? file : { ...file, servers };
}

function answersOf(units: Units, { servers }: UpstreamFile, count: CountInFlight) {
  const byName = new Map(servers.map((server) => [server.name, server]));
  const see = (instanceId: string, unit: SeenUnit["unit"]): RotationAnswer => {
    const server = unit && byName.get(serverName(instanceId, unit));
    if (!server) return noServer;
    const inFlight = count(server.address);
    const answer = { rotation: server.state, inFlight: inFlight ?? 0, cut: server.cut };
    return inFlight === null ? { ...answer, unverified: true } : answer;
  };
  return Object.fromEntries(
    Object.entries(units).map(([instanceId, { unit, next }]) => [instanceId, { ...see(instanceId, unit), next: next && see(instanceId, next.unit) }]),
  );
}
