import { parseReplay } from "#domain/evidence/replay-file.ts";
import { Failure } from "#domain/failure.ts";
import { formatRefusal } from "#domain/problems.ts";
import { answerReplay } from "./print.ts";
import { readJson } from "./read.ts";

const usage = `npm run evidence -- FILE [--json]
  computes again what a file of evidence decided, and prints every interval; FILE is - for standard input

Exit 0: it was computed, whatever it says. 2: the input was refused.
`;
const refused = 2;

const words = process.argv.slice(2);
const files = words.filter((word) => word !== "--json");
const [file] = files;
process.exitCode = file === undefined || files.length > 1 || file.startsWith("--") ? refuse(usage) : await answer(file, words.includes("--json"));

async function answer(name: string, json: boolean): Promise<number> {
  const content = await readJson(name);
  const input = content instanceof Failure ? content : parseReplay(content.value);
  if (input instanceof Failure) return refuse(`${formatRefusal(name, input)}\n`);
  process.stdout.write(answerReplay(input, json));
  return 0;
}

function refuse(why: string): number {
  process.stderr.write(why);
  return refused;
}
