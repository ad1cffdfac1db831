import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { Pool } from "pg";
import * as accounts from "./schema/accounts.ts";
import * as audits from "./schema/audit.ts";
import * as fleets from "./schema/fleets.ts";
import * as plans from "./schema/plans.ts";
import * as rollouts from "./schema/rollouts.ts";
import * as samples from "./schema/samples.ts";

export const schema = { ...accounts, ...audits, ...fleets, ...plans, ...rollouts, ...samples };

export type Database = NodePgDatabase<typeof schema> & { readonly $client: Pool };
/** What a query needs: the database, or a transaction on it. */
export type Queryable = Pick<Database, "select" | "insert" | "update" | "delete" | "execute">;
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

/** Below the embedded server's max_connections, with room for the feed's listener and the tools of an operator. */
const connectionsMax = 12;
const connectTimeoutMs = 5_000;
/** No query of ours takes longer; one that does must not hold its connection for ever. */
const statementTimeoutMs = 20_000;

/** A pool of connections. A connection lost while idle is replaced at the next query; `onLost` hears of it. */
export function connectDatabase(url: string, onLost: (error: Error) => void = () => {}): Database {
  const pool = new Pool({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    application_name: "tideline",
  });
  // Without a listener an idle connection's error would end the process.
  pool.on("error", onLost);
  return drizzle(pool, { schema });
}
