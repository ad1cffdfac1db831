import { workOnAllCores } from "../simulate/workers.ts";
import { delayCases } from "./evidence/delay.ts";
import { tellCost, tellDelays, tellFalse, tellFound, tellTotalFailures } from "./evidence/tell.ts";
import { rules } from "./evidence/trial.ts";
import type { Answer, Task } from "./evidence/worker.ts";
import { worlds } from "./evidence/worlds.ts";
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
}

/**
 * The same simulated rollouts, judged second by second by the product's verdict and by the rules that its peers document: how
 * often a good release is rolled back, how soon a bad one is, and what an update costs.
 */
export async function benchEvidence({ runs, seed }: EvidenceBench): Promise<boolean> {
  note(`${runs} rollouts of each of ${worlds.length} worlds from seed ${seed}, by ${rules.length} rules`);
  for (const { name, source } of rules) note(`  ${name}: ${source}`);
  const startedAt = performance.now();
  const answers = await workOn([...trialTasks(runs, seed), ...delayTasks(seed), ...totalFailureTasks(seed)]);
  // By itself, so that nothing of ours is in its way.
  answers.push(...(await workOn([{ what: "cost", seed }])));
  tellFound(answers, runs);
  const kept = [tellFalse(answers, runs), tellDelays(answers, delayRuns), tellTotalFailures(answers), tellCost(answers)];
  note(`Played in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s.`);
  return kept.every(Boolean);
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

function trialTasks(runs: number, seed: number): Task[] {
  return worlds.flatMap((_, world) =>
    Array.from({ length: Math.ceil(runs / batchSize) }, (_unused, batch): Task => {
      const first = batch * batchSize;
      return { what: "trials", world, seed: seed + world * worldSeeds + first, runs: Math.min(batchSize, runs - first) };
    }),
  );
}

function delayTasks(seed: number): Task[] {
  return delayCases.map((given) => ({ what: "delay", given, seed, runs: delayRuns }));
}

function totalFailureTasks(seed: number): Task[] {
  return totalFailureRates.map((rate) => ({ what: "total-failure", given: { rate, runs: totalFailureRuns, seed } }));
}
