import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { workOnAllCores } from "../simulate/workers.ts";
import type * as costProgram from "./evidence/cost.ts";
import { delayCases } from "./evidence/delay.ts";
import { tellCost, tellDelays, tellFalse, tellFound, tellTotalFailures } from "./evidence/tell.ts";
import { rules } from "./evidence/trial.ts";
import type { Answer, Task } from "./evidence/worker.ts";
import { harmlessWorlds, type World, worlds } from "./evidence/worlds.ts";
import { note } from "./report.ts";

/** Rollouts that one worker plays between two words to its master. */
const batchSize = 10;
const worldSeeds = 1_000_003;
const delayRuns = 300;
const totalFailureRuns = 200;
const totalFailureRates = [0, 0.001];

export interface EvidenceBench {
  /** Rollouts of each world. */
  readonly runs: number;
  readonly seed: number;
  /** Only how often a good release is rolled back, by the product's rule alone: many more runs in the same time. */
  readonly harmless: boolean;
}

/**
 * The same simulated rollouts, judged second by second by the product's verdict and by the rules that its peers document: how
 * often a good release is rolled back, how soon a bad one is, and what an update costs.
 */
export async function benchEvidence({ runs, seed, harmless }: EvidenceBench): Promise<boolean> {
  const startedAt = performance.now();
  const tellTime = () => note(`Played in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s.`);
  const shown = harmless ? rules.slice(0, 1) : rules;
  const played = harmless ? harmlessWorlds : worlds;
  note(`${runs} rollouts of each of ${played.length} worlds from seed ${seed}, by ${shown.length === 1 ? "one rule" : `${shown.length} rules`}`);
  for (const { name, source } of shown) note(`  ${name}: ${source}`);
  const trials = trialTasks(played, { runs, seed, alone: harmless });
  if (harmless) {
    const isKept = tellFalse(await workOn(trials), runs, shown.length);
    tellTime();
    return isKept;
  }
  const answers = await workOn([...trials, ...delayTasks(seed), ...totalFailureTasks(seed)]);
  // By itself, so that nothing of ours is in its way.
  const cost = (await loadBuilt()).measureCost(seed);
  tellFound(answers, runs);
  const kept = [tellFalse(answers, runs), tellDelays(answers, delayRuns), tellTotalFailures(answers), tellCost(cost)];
  tellTime();
  return kept.every(Boolean);
}

/** As it is shipped, in one file: loaded from its sources, every function would also be given its name at each call. */
async function loadBuilt(): Promise<typeof costProgram> {
  const folder = mkdtempSync(join(tmpdir(), "tideline-bench-"));
  try {
    const outfile = join(folder, "cost.mjs");
    const source = fileURLToPath(new URL("./evidence/cost.ts", import.meta.url));
    await build({ entryPoints: [source], outfile, bundle: true, platform: "node", target: "node20", format: "esm", logLevel: "warning" });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function workOn(tasks: readonly Task[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const takeTask = () => {
    next += 1;
    return tasks[next - 1] ?? null;
  };
  const program = new URL("./evidence/worker.ts", import.meta.url);
  await workOnAllCores<Task, Answer>({ program, workersMax: tasks.length, takeTask, give: (answer) => answers.push(answer) });
  return answers;
}

function trialTasks(played: readonly World[], { runs, seed, alone }: { runs: number; seed: number; alone: boolean }): Task[] {
  return played.flatMap((each) => {
    const world = worlds.indexOf(each);
    return Array.from({ length: Math.ceil(runs / batchSize) }, (_unused, batch): Task => {
      const first = batch * batchSize;
      return { what: "trials", world, seed: seed + world * worldSeeds + first, runs: Math.min(batchSize, runs - first), alone };
    });
  });
}

function delayTasks(seed: number): Task[] {
  return delayCases.map((given) => ({ what: "delay", given, seed, runs: delayRuns }));
}

function totalFailureTasks(seed: number): Task[] {
  return totalFailureRates.map((rate) => ({ what: "total-failure", given: { rate, runs: totalFailureRuns, seed } }));
}
