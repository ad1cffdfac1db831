import { parentPort } from "node:worker_threads";
import { explore } from "#domain/simulation/explore.ts";
import { parseRandomScenario } from "#domain/simulation/random-scenario.ts";

/** Seeds to play, one after the other. */
export interface Batch {
  readonly first: number;
  readonly count: number;
}

export interface BatchResult {
  readonly count: number;
  readonly statuses: readonly (readonly [status: string, count: number])[];
  readonly failed: readonly { readonly seed: number; readonly invariant: string; readonly message: string }[];
}

parentPort?.on("message", (batch: Batch) => parentPort?.postMessage(play(batch)));

function play({ first, count }: Batch): BatchResult {
  const statuses = new Map<string, number>();
  const failed: BatchResult["failed"][number][] = [];
  for (let seed = first; seed < first + count; seed += 1) {
    const { broken, statuses: ended } = explore(parseRandomScenario(seed));
    for (const status of ended) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (broken) failed.push({ seed, ...broken });
  }
  return { count, statuses: [...statuses], failed };
}
