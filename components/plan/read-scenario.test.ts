import { describe, expect, test } from "vitest";
import { Failure } from "#domain/failure.ts";
import { readScenario, readScenarioFile } from "./read-scenario.ts";

const yaml = "fleet: { instances: 3 }\ntimeline:\n  - { atMs: 0, do: start, release: v2 }\n";
const json = JSON.stringify({ fleet: { instances: 3 }, timeline: [{ atMs: 0, do: "start", release: "v2" }] });

describe("a scenario from text", () => {
  test.each([
    ["YAML", yaml],
    ["JSON", json],
  ])("%s", async (_, text) => {
    const read = await readScenario("one.yaml", text);
    expect(read).toMatchObject({ name: "one.yaml", text, scenario: { fleet: { instances: 3, release: "v1" } } });
  });

  test.each([
    ["nothing", "  \n", "There is no text yet", []],
    ["neither YAML nor JSON", "fleet: { instances: 3\ntimeline: []", "at line 2, column 1.", []],
    ["no scenario", "hello", "This is not a scenario.", [""]],
    ["an unknown field", `${yaml}speed: 3\n`, "This is not a scenario.", ["speed"]],
    ["an instance that is not there", `${yaml}  - { atMs: 1, do: instanceDies, instance: i9 }\n`, "This is not a scenario.", ["timeline.1.instance"]],
    ["a word that does not exist", `${yaml}  - { when: { batch: 1, is: soking }, do: pause }\n`, "This is not a scenario.", ["timeline.1.when.is"]],
    ["a state that does not exist", `${yaml}  - { when: { status: waiting }, do: pause }\n`, "This is not a scenario.", ["timeline.1.when.status"]],
    ["more than anybody writes", "#".repeat(1_000_001), "longer than 1 MB", []],
  ])("%s is refused with its place", async (_, text, message, fields) => {
    const read = await readScenario("bad.yaml", text);
    if (!(read instanceof Failure)) throw new Error("It was read.");
    expect(read.message).toContain(message);
    expect(read.problems.map(({ field }) => field)).toEqual(fields);
  });

  test("a file that is too large is not read", async () => {
    const file = new File(["#".repeat(1_000_001)], "huge.yaml");
    await expect(readScenarioFile(file)).rejects.toThrow("huge.yaml is larger than 1 MB");
    await expect(readScenarioFile(new File([yaml], "one.yaml"))).resolves.toBe(yaml);
  });
});
