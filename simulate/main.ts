import { Failure } from "#domain/failure.ts";
import { formatRefusal } from "#domain/problems.ts";
import { formatReport, reportOf } from "#domain/simulation/report.ts";
import { runScenario } from "#domain/simulation/scenario.ts";
import { type Asked, parseArguments, usage } from "./arguments.ts";
import { printPlan } from "./plan.ts";
import { printRun } from "./print.ts";
import { readScenario } from "./read.ts";
import { playSeed } from "./seed.ts";

const ok = 0;
const refused = 2;
const cut = 3;

const asked = parseArguments(process.argv.slice(2));
process.exitCode = asked === null ? refuse(usage) : await answer(asked);

async function answer(of: Asked): Promise<number> {
  switch (of.what) {
    case "seed":
      return playSeed(of);
    case "runs":
      // Only this needs a bundler.
      return (await import("./runs.ts")).playRuns(of);
    case "plan":
    case "scenario":
      return answerFile(of);
  }
}

function answerFile({ what, file, json }: Extract<Asked, { file: string }>): number {
  const scenario = readScenario(file);
  if (scenario instanceof Failure) return refuse(`${formatRefusal(file, scenario)}\n`);
  if (what === "plan") return printPlan(scenario, json);
  const run = runScenario(scenario);
  process.stdout.write(json ? formatReport(reportOf(scenario, run)) : printRun(scenario, run));
  return run.isAtRest ? ok : cut;
}

function refuse(why: string): number {
  process.stderr.write(why);
  return refused;
}
