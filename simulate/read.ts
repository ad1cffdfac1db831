import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { Failure } from "#domain/failure.ts";
import { parseScenario, type Scenario } from "#domain/simulation/scenario-file.ts";

/** A scenario from a file of YAML or JSON (which is YAML). Returns the Failure that says what is wrong with it, and where. */
export function readScenario(file: string): Scenario | Failure {
  const input = readYaml(file);
  return input instanceof Failure ? input : parseScenario(input);
}

function readYaml(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return new Failure("invalid", `${file} cannot be read: ${wordsOf(error)}`);
  }
  try {
    return parse(text);
  } catch (error) {
    return new Failure("invalid", `${file} is no YAML: ${wordsOf(error)}`);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
