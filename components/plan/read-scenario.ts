import { Failure } from "#domain/failure.ts";
import { parseScenario, type Scenario } from "#domain/simulation/scenario-file.ts";

/** A thousand timeline entries with reasons are a tenth of this. */
const bytesMax = 1_000_000;

/** A scenario and what it was read from, so that it can be changed. */
export interface LoadedScenario {
  /** The file's name, or what stands for one. */
  readonly name: string;
  readonly text: string;
  readonly scenario: Scenario;
}

/** Throws the Failure that says why the file is not read. */
export async function readScenarioFile(file: File): Promise<string> {
  if (file.size > bytesMax) throw new Failure("limit", `${file.name} is larger than ${bytesMax / 1_000_000} MB: a scenario is a short text.`);
  try {
    return await file.text();
  } catch (error) {
    throw new Failure("invalid", `${file.name} cannot be read: ${wordsOf(error)}`);
  }
}

/** A scenario from YAML or JSON (which is YAML), or the Failure that says what is wrong, and where in the text. */
export async function readScenario(name: string, text: string): Promise<LoadedScenario | Failure> {
  if (text.trim() === "") return new Failure("invalid", "There is no text yet: choose a file, or paste a scenario.");
  if (text.length > bytesMax) return new Failure("limit", `This is longer than ${bytesMax / 1_000_000} MB: a scenario is a short text.`);
  // Only who asks "what if" needs the language.
  const { parse } = await import("yaml");
  let input: unknown;
  try {
    input = parse(text, { logLevel: "error" });
  } catch (error) {
    // Below its first line the error draws the place, which the text field shows better.
    return new Failure("invalid", `This is neither YAML nor JSON: ${wordsOf(error).split("\n", 1)[0]?.replace(/:$/, ".")}`);
  }
  const scenario = parseScenario(input);
  return scenario instanceof Failure ? scenario : { name, text, scenario };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
