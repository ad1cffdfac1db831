export const usage = `npm run simulate -- --scenario FILE [--json]   plays a scenario (YAML or JSON) and prints what happened
npm run simulate -- --plan FILE [--json]       only the batches and the findings of its plan
npm run simulate -- --seed N [--json]          plays the random scenario of a seed under all invariants
npm run simulate -- --runs N [--seed FIRST] [--seconds S]
                                               plays many seeds, as many as S seconds allow, and makes the first failing one small

Exit 0: every rollout came to rest. 1: an invariant broke. 2: the input was refused. 3: untilMs cut the run.
`;

export type Asked =
  | { readonly what: "scenario" | "plan"; readonly file: string; readonly json: boolean }
  | { readonly what: "seed"; readonly seed: number; readonly json: boolean }
  | { readonly what: "runs"; readonly runs: number; readonly first: number; readonly secondsMax: number | null };

const runsMax = 100_000_000;

/** What the command line asks for; null when it asks for nothing that there is. */
export function parseArguments(words: readonly string[]): Asked | null {
  const options = readOptions(words);
  if (options === null) return null;
  const { scenario, plan, seed, runs, seconds } = options.values;
  const json = options.flags.has("json");
  const file = scenario ?? plan;
  if (file !== undefined) {
    if (seed !== undefined || runs !== undefined || seconds !== undefined || (scenario !== undefined && plan !== undefined)) return null;
    return { what: plan !== undefined || options.flags.has("plan") ? "plan" : "scenario", file, json };
  }
  if (options.flags.has("plan")) return null;
  if (runs !== undefined) return json ? null : asRuns(runs, seed ?? "1", seconds);
  if (seconds !== undefined) return null;
  const number = seed === undefined ? null : wholeNumber(seed);
  return number === null ? null : { what: "seed", seed: number, json };
}

function asRuns(runs: string, seed: string, seconds: string | undefined): Asked | null {
  const count = wholeNumber(runs);
  const first = wholeNumber(seed);
  const secondsMax = seconds === undefined ? null : wholeNumber(seconds);
  if (count === null || first === null || count < 1 || count > runsMax) return null;
  if (seconds !== undefined && (secondsMax === null || secondsMax < 1)) return null;
  return { what: "runs", runs: count, first, secondsMax };
}

function wholeNumber(text: string): number | null {
  const number = Number(text);
  return /^-?\d+$/.test(text) && Number.isSafeInteger(number) ? number : null;
}

interface Options {
  readonly values: Readonly<Partial<Record<"scenario" | "plan" | "seed" | "runs" | "seconds", string>>>;
  readonly flags: ReadonlySet<string>;
}

/** `--plan` takes a file, or stands beside `--scenario`. */
function readOptions(words: readonly string[]): Options | null {
  const values: Record<string, string> = {};
  const flags = new Set<string>();
  for (let index = 0; index < words.length; index += 1) {
    const name = /^--(scenario|plan|seed|runs|seconds|json)$/.exec(words[index] ?? "")?.[1];
    if (name === undefined || name in values || flags.has(name)) return null;
    const value = words[index + 1];
    const hasValue = value !== undefined && !value.startsWith("--");
    if (name === "json" || (name === "plan" && !hasValue)) flags.add(name);
    else if (hasValue) {
      values[name] = value;
      index += 1;
    } else return null;
  }
  return { values, flags };
}
