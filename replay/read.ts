import { createReadStream } from "node:fs";
import { Failure } from "#domain/failure.ts";

/** All metrics of the longest rollout that fits: see the limits in domain/evidence/replay-file.ts. */
const bytesMax = 128 * 1_048_576;

/** What a file of JSON holds, `-` being standard input. Returns the Failure that says why not. */
export async function readJson(file: string): Promise<{ readonly value: unknown } | Failure> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of file === "-" ? process.stdin : createReadStream(file)) {
      bytes += (chunk as Buffer).length;
      if (bytes > bytesMax) return new Failure("limit", "It is longer than 128 MiB. Take one metric's file, or fewer intervals.");
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    return new Failure("invalid", `It cannot be read: ${wordsOf(error)}.`);
  }
  try {
    return { value: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
  } catch (error) {
    return new Failure("invalid", `It is no JSON: ${wordsOf(error)}. Download it again from the rollout's page, or see docs/evidence.md.`);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
