import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { Failure } from "#domain/failure.ts";
import { formatReport, reportOf } from "#domain/simulation/report.ts";
import { runScenario } from "#domain/simulation/scenario.ts";
import { parseScenario } from "#domain/simulation/scenario-file.ts";
import { printRun } from "#simulate/print.ts";

const url = new URL("./simulation.md", import.meta.url);
const page = readFileSync(url, "utf8");
const example = /```yaml\n([\s\S]*?)```\n\n```(text|json)\n([\s\S]*?)```/g;

function play(yaml: string, as: string): string {
  const scenario = parseScenario(parse(yaml));
  if (scenario instanceof Failure) throw scenario;
  const run = runScenario(scenario);
  return as === "json" ? formatReport(reportOf(scenario, run)) : printRun(scenario, run);
}

/** `TIDELINE_DOCS=write npx vitest run docs/simulation` writes what the engine says into the page; a person reads the difference. */
test("the examples are what the engine says", () => {
  const written = page.replace(example, (_, yaml: string, as: string) => `\`\`\`yaml\n${yaml}\`\`\`\n\n\`\`\`${as}\n${play(yaml, as)}\`\`\``);
  if (process.env["TIDELINE_DOCS"] === "write") writeFileSync(url, written);
  else expect(page).toBe(written);
  expect([...page.matchAll(example)]).toHaveLength(2);
});
