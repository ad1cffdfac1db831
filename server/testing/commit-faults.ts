import type { PoolClient } from "pg";
import type { Database } from "#db/client.ts";

/** What becomes of a commit: as it should be, never sent, sent and never answered, or sent and answered by an error. */
export type CommitFate = "done" | "never-sent" | "never-answered" | "answer-lost";

export interface CommitFaults {
  /** Asked at each commit, with its number from 1. */
  fate: (count: number) => CommitFate;
  /** As `kill -9`: no question to the database is sent or answered any more. */
  kill(): void;
  count(): number;
}

/** Stands between a pool and its connections, and decides what becomes of each commit. */
export function interceptCommits(db: Database): CommitFaults {
  let commits = 0;
  let dead = false;
  const faults: CommitFaults = {
    fate: () => "done",
    kill: () => {
      dead = true;
    },
    count: () => commits,
  };

  async function commit(send: () => Promise<unknown>): Promise<unknown> {
    commits += 1;
    const fate = faults.fate(commits);
    if (fate === "never-sent") return never();
    const answer = await send();
    if (fate === "never-answered" || dead) return never();
    if (fate === "answer-lost") throw new Error("The connection ended before the answer came.");
    return answer;
  }

  db.$client.on("connect", (client: PoolClient) => {
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    const intercepted = async (...args: unknown[]) => {
      if (dead) return never();
      const answer = textOf(args[0]) === "commit" ? await commit(() => query(...args)) : await query(...args);
      return dead ? never() : answer;
    };
    Object.assign(client, { query: intercepted });
  });
  return faults;
}

function textOf(question: unknown): string {
  if (typeof question === "string") return question;
  return typeof question === "object" && question !== null && "text" in question ? String(question.text) : "";
}

function never(): Promise<never> {
  return new Promise(() => {});
}
