import { stringify } from "yaml";
import { randomScenario } from "#domain/simulation/random-scenario.ts";
import { shrink } from "#domain/simulation/shrink.ts";
import type { Batch, BatchResult } from "./worker.ts";
import { workOnAllCores } from "./workers.ts";

/** Seeds that one worker plays between two words to its master. */
const batchSize = 250;
const failuresShown = 10;
const progressEveryMs = 10_000;

interface Failed {
  readonly seed: number;
  readonly invariant: string;
  readonly message: string;
}

export interface Runs {
  readonly runs: number;
  readonly first: number;
  /** No further seed begins after this long; null plays them all. */
  readonly secondsMax: number | null;
}

/** Plays many seeds on all cores. The summary is the same whichever core played what. */
export async function playRuns(asked: Runs): Promise<number> {
  const { runs, first } = asked;
  const startedAt = performance.now();
  const statuses = new Map<string, number>();
  const failed: Failed[] = [];
  let done = 0;
  let toldAt = startedAt;
  await playAll(asked, (result) => {
    done += result.count;
    for (const [status, count] of result.statuses) statuses.set(status, (statuses.get(status) ?? 0) + count);
    failed.push(...result.failed);
    if (performance.now() - toldAt < progressEveryMs) return;
    toldAt = performance.now();
    process.stderr.write(`${done} of ${runs} runs, ${failed.length} failed\n`);
  });
  failed.sort((a, b) => a.seed - b.seed);
  const seconds = (performance.now() - startedAt) / 1_000;
  const ended = [...statuses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([status, count]) => `  ${String(count).padStart(8)}  ${status}`);
  process.stdout.write(`${done} runs from seed ${first} in ${seconds.toFixed(1)} s; rollouts ended\n${ended.join("\n")}\n`);
  if (failed.length === 0) {
    process.stdout.write("Every invariant held in every run.\n");
    return 0;
  }
  tellFailures(failed);
  return 1;
}

async function playAll({ runs, first, secondsMax }: Runs, take: (result: BatchResult) => void): Promise<void> {
  let next = first;
  const end = first + runs;
  const endsAt = secondsMax === null ? Number.POSITIVE_INFINITY : performance.now() + secondsMax * 1_000;
  const takeTask = (): Batch | null => {
    if (next >= end || performance.now() >= endsAt) return null;
    const batch = { first: next, count: Math.min(batchSize, end - next) };
    next += batch.count;
    return batch;
  };
  await workOnAllCores({ program: new URL("./worker.ts", import.meta.url), workersMax: Math.ceil(runs / batchSize), takeTask, give: take });
}

function tellFailures(failed: readonly Failed[]): void {
  const byInvariant = new Map<string, Failed[]>();
  for (const each of failed) byInvariant.set(each.invariant, [...(byInvariant.get(each.invariant) ?? []), each]);
  process.stdout.write(`${failed.length} runs failed:\n`);
  for (const [invariant, those] of byInvariant) {
    const seeds = those.slice(0, failuresShown).map(({ seed }) => seed);
    process.stdout.write(
      `  ${String(those.length).padStart(6)}  ${invariant}: seeds ${seeds.join(", ")}${those.length > seeds.length ? " …" : ""}\n`,
    );
  }
  const [worst] = failed;
  if (!worst) return;
  process.stdout.write(`\nThe first, seed ${worst.seed}, broke "${worst.invariant}"\n  ${worst.message}\n`);
  const small = shrink(randomScenario(worst.seed), worst.invariant);
  process.stdout.write(`Made smaller, it still does:\n\n${stringify(small.scenario)}\n  ${small.message}\n`);
}
