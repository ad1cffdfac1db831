import type { Server } from "./answers.ts";
import { cutSessions, deleteServer, instanceOfServer, setState, setWeight } from "./commands.ts";
import type { Ledger } from "./ledger.ts";

/** What is left comes with the next look. */
const commandsMax = 200;

export interface Seen {
  readonly servers: ReadonlyMap<string, Server>;
  readonly ledger: Ledger;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What has become due, as commands: drains end, servers of no unit leave, and what is not ready gets requests last. */
export function settle(fleetId: string, backend: string, { servers, ledger, now }: Seen): string[] {
  const known = ledger.servers(fleetId);
  const ours = [...servers.values()].filter(({ name }) => instanceOfServer(fleetId, name) !== null);
  const members = ours.filter(({ name }) => known.has(name));
  const endDrain = (server: Server): string[] => {
    const { name, inFlight } = server;
    if (inFlight === 0) return [setState(backend, name, "maint")];
    const until = ledger.drainUntil(fleetId, name) ?? (server.deadline === null ? null : server.deadline * 1_000);
    // One that somebody else drains has no deadline.
    if (until === null || now < until) return [];
    ledger.cut(fleetId, name, inFlight);
    return [cutSessions(backend, name), setState(backend, name, "maint")];
  };
  const commands = [
    ...members.filter(({ state }) => state === "draining").flatMap(endDrain),
    ...ours
      .filter(({ name }) => !known.has(name))
      .map(({ name, state }) => (state === "out" ? deleteServer(backend, name) : setState(backend, name, "maint"))),
    ...weigh(members),
  ];
  return commands.slice(0, commandsMax);

  /** Ready ones before those that are only in rotation: a check may be wrong, and some answer is better than none. */
  function weigh(all: readonly Server[]): string[] {
    const inRotation = all.filter(({ state }) => state === "in");
    const isReady = ({ name }: Server) => known.get(name)?.ready === true;
    const anyReady = inRotation.some(isReady);
    return inRotation.flatMap((server) => {
      const weight = isReady(server) || !anyReady ? 1 : 0;
      return server.weight === weight ? [] : [setWeight(backend, server.name, weight)];
    });
  }
}
