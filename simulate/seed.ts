import { stringify } from "yaml";
import { explore } from "#domain/simulation/explore.ts";
import { parseRandomScenario, randomScenario } from "#domain/simulation/random-scenario.ts";
import { reportOf } from "#domain/simulation/report.ts";
import { runScenario } from "#domain/simulation/scenario.ts";
import { printRun } from "./print.ts";

/** Plays the random scenario of one seed, prints what happened, and says whether an invariant broke. */
export function playSeed({ seed, json }: { readonly seed: number; readonly json: boolean }): number {
  const scenario = parseRandomScenario(seed);
  const { broken } = explore(scenario);
  const run = runSafely(scenario);
  if (json) {
    const report = run && reportOf(scenario, run);
    process.stdout.write(`${JSON.stringify({ seed, scenario: randomScenario(seed), broken, ...report }, null, 2)}\n`);
    return broken ? 1 : 0;
  }
  process.stdout.write(
    `Seed ${seed}\n\n${stringify(randomScenario(seed), { flowCollectionPadding: true })}\n${run ? printRun(scenario, run) : ""}\n`,
  );
  process.stdout.write(broken ? `Broken: ${broken.invariant}\n  ${broken.message}\n` : "Every invariant held.\n");
  return broken ? 1 : 0;
}

/** A mistake of ours that ends the run is told by `explore`. */
function runSafely(scenario: ReturnType<typeof parseRandomScenario>) {
  try {
    return runScenario(scenario);
  } catch {
    return null;
  }
}
