import type { PoolClient } from "pg";
import type { Database } from "#db/client.ts";

/** What becomes of a commit: as it should be, never sent, sent and never answered, sent and answered by an error, or cut off before. */
export type CommitFate = "done" | "never-sent" | "never-answered" | "answer-lost" | "cut";

export interface CommitFaults {
  /** Asked at each commit, with its number from 1. */
  fate: (count: number) => CommitFate;
  /** Ends a connection from the server's side, by its process number there. */
  cut: (processId: number) => Promise<void>;
  /** As `kill -9`: no question to the database is sent or answered any more. */
  kill(): void;
  count(): number;
}

/** Outside of a transaction such a statement is one of its own. */
const writes = /^\s*(insert|update|delete)\b/i;

/** Stands between a pool and its connections, and decides what becomes of each commit. */
export function interceptCommits(db: Database): CommitFaults {
  let commits = 0;
  let dead = false;
  const sockets = new Set<{ destroy(): void }>();
  const faults: CommitFaults = {
    fate: () => "done",
    cut: async () => {},
    kill: () => {
      dead = true;
      // The server sees the connections end, and takes back what was not committed.
      for (const socket of sockets) socket.destroy();
    },
    count: () => commits,
  };

  async function commit(processId: number, send: () => Promise<unknown>): Promise<unknown> {
    commits += 1;
    const fate = faults.fate(commits);
    if (fate === "never-sent") return never();
    if (fate === "cut") await faults.cut(processId);
    const answer = await send();
    if (fate === "never-answered" || dead) return never();
    if (fate === "answer-lost") throw new Error("The connection ended before the answer came.");
    return answer;
  }

  db.$client.on("connect", (client: PoolClient) => {
    const { connection, processID } = client as unknown as Insides;
    sockets.add(connection.stream);
    client.on("error", () => {});
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    let isInTransaction = false;
    const intercepted = async (...args: unknown[]) => {
      if (dead) return never();
      const text = textOf(args[0]);
      const commits = text === "commit" || (!isInTransaction && writes.test(text));
      if (text.startsWith("begin")) isInTransaction = true;
      else if (text === "commit" || text === "rollback") isInTransaction = false;
      const answer = commits ? await commit(processID, () => query(...args)) : await query(...args);
      return dead ? never() : answer;
    };
    Object.assign(client, { query: intercepted });
  });
  return faults;
}

/** What node-postgres keeps for itself. */
interface Insides {
  readonly processID: number;
  readonly connection: { readonly stream: { destroy(): void } };
}

function textOf(question: unknown): string {
  if (typeof question === "string") return question;
  return typeof question === "object" && question !== null && "text" in question ? String(question.text) : "";
}

function never(): Promise<never> {
  return new Promise(() => {});
}
