import { Failure } from "#domain/failure.ts";

export type InTurn = <Value>(fleetId: string, signal: AbortSignal, work: () => Promise<Value>) => Promise<Value>;

/**
 * One thing at a time for each fleet: what is read and then changed must not be changed by somebody else in between. Each
 * ends by its own signal, so that none waits for ever.
 */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<void>>();
  return (fleetId, signal, work) => {
    const before = last.get(fleetId) ?? Promise.resolve();
    const mine = before.then(() => {
      if (signal.aborted) throw new Failure("unavailable", "HAProxy had no time for this: what was asked before took too long.");
      return work();
    });
    const ended = mine.then(
      () => undefined,
      () => undefined,
    );
    last.set(fleetId, ended);
    void ended.then(() => {
      if (last.get(fleetId) === ended) last.delete(fleetId);
    });
    return mine;
  };
}
