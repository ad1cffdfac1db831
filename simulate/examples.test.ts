import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Failure } from "#domain/failure.ts";
import { watchInvariants } from "#domain/simulation/invariants.ts";
import { formatReport, reportOf } from "#domain/simulation/report.ts";
import { runScenario } from "#domain/simulation/scenario.ts";
import { readScenario } from "./read.ts";

const folder = new URL("../examples/scenarios/", import.meta.url).pathname;
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".yaml") ? file.slice(0, -".yaml".length) : []));

/** What each example scenario prints is stored beside it; `npx vitest run -u simulate/examples` rewrites it, a person reads the difference. */
describe("the example scenarios", () => {
  test("there are some", () => expect(names.length).toBeGreaterThan(15));

  test.each(names)("%s", async (name) => {
    const scenario = readScenario(`${folder}${name}.yaml`);
    if (scenario instanceof Failure) throw scenario;
    const run = runScenario(scenario, watchInvariants);
    expect(run.isAtRest).toBe(true);
    await expect(formatReport(reportOf(scenario, run))).toMatchFileSnapshot(`${folder}expected/${name}.json`);
  });
});
