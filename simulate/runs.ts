import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { stringify } from "yaml";
import { randomScenario } from "#domain/simulation/random-scenario.ts";
import { shrink } from "#domain/simulation/shrink.ts";
import type { Batch, BatchResult } from "./worker.ts";

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
  const takeBatch = (): Batch | null => {
    if (next >= end || performance.now() >= endsAt) return null;
    const batch = { first: next, count: Math.min(batchSize, end - next) };
    next += batch.count;
    return batch;
  };
  const workers = Math.min(availableParallelism(), Math.ceil(runs / batchSize));
  const program = await bundleWorker();
  await Promise.all(Array.from({ length: workers }, () => work(program, takeBatch, take)));
}

/** One program without a loader in its way: the engine runs about twice as fast. */
async function bundleWorker(): Promise<string> {
  const entry = fileURLToPath(new URL("./worker.ts", import.meta.url));
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, platform: "node", format: "cjs", target: "node20" });
  return outputFiles[0]?.text ?? "";
}

/** One core: plays batches until there are none. */
async function work(program: string, takeBatch: () => Batch | null, take: (result: BatchResult) => void): Promise<void> {
  const worker = new Worker(program, { eval: true, execArgv: [] });
  try {
    for (let batch = takeBatch(); batch !== null; batch = takeBatch()) take(await playOn(worker, batch));
  } finally {
    await worker.terminate();
  }
}

async function playOn(worker: Worker, batch: Batch): Promise<BatchResult> {
  // Rejects when the worker ends by an error, and leaves no listener behind.
  const answer = once(worker, "message");
  worker.postMessage(batch);
  const [result] = (await answer) as [BatchResult];
  return result;
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
