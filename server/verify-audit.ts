import { existsSync } from "node:fs";
import { join } from "node:path";
import { connectDatabase } from "#db/client.ts";
import { prepareCluster } from "#db/cluster.ts";
import { type AuditHead, verifyAudit } from "./audit/verify.ts";
import { type Config, findProjectRoot, readConfig } from "./config.ts";

const usage = `npm run verify-audit -- [--known ROWS:HASH]
  reads the audit and computes its chain again; --known is what an earlier run printed, kept elsewhere

Exit 0: no row was changed or taken away. 1: one was; it is named. 2: the audit could not be read.
`;
const unread = 2;

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => refuse(wordsOf(error)));

async function main(words: readonly string[]): Promise<number> {
  const known = readKnown(words);
  if (known === undefined) return refuse(usage);
  const db = connectDatabase(...(await addressOf(readConfig(process.env, findProjectRoot(import.meta.url)))));
  try {
    // One snapshot: rows that are written meanwhile are none of it.
    const verdict = await db.transaction((tx) => verifyAudit(tx, known), { isolationLevel: "repeatable read", accessMode: "read only" });
    if (!verdict.intact) {
      process.stdout.write(`Row ${verdict.broken.seq} of the audit: ${verdict.broken.why}.\n`);
      return 1;
    }
    const { rows, hash } = verdict.head;
    process.stdout.write(`The audit is whole: ${rows} ${rows === 1 ? "row" : "rows"}. Write this down elsewhere, for --known: ${rows}:${hash}\n`);
    return 0;
  } finally {
    await db.$client.end();
  }
}

/** Null where none is given, undefined where the words are none that we know. */
function readKnown(words: readonly string[]): AuditHead | null | undefined {
  if (words.length === 0) return null;
  const match = words.length === 2 && words[0] === "--known" ? /^(\d+):([0-9a-f]{64})$/.exec(words[1] ?? "") : null;
  return match?.[2] ? { rows: Number(match[1]), hash: match[2] } : undefined;
}

async function addressOf({ databaseUrl, dataDirectory }: Config): Promise<Parameters<typeof connectDatabase>> {
  if (databaseUrl) return [databaseUrl];
  if (!existsSync(join(dataDirectory, "postgres", "cluster"))) throw new Error(`There is no database in ${dataDirectory}. Is TIDELINE_DATA right?`);
  const { url, verify } = await prepareCluster(dataDirectory);
  return [url, { verify }];
}

function refuse(why: string): number {
  process.stderr.write(`${why.trimEnd()}\n`);
  return unread;
}

/** The cause says what the database said; the rest is our own statement. */
function wordsOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === "ENOENT" || code === "ECONNREFUSED") return "The database does not run. Start Tideline, then ask again.";
  return cause instanceof Error ? cause.message : String(cause);
}
