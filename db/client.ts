import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { Pool, type PoolConfig } from "pg";
import * as accounts from "./schema/accounts.ts";
import * as audits from "./schema/audit.ts";
import * as fleets from "./schema/fleets.ts";
import * as notifications from "./schema/notifications.ts";
import * as people from "./schema/people.ts";
import * as plans from "./schema/plans.ts";
import * as rollouts from "./schema/rollouts.ts";
import * as samples from "./schema/samples.ts";

export const schema = { ...accounts, ...audits, ...fleets, ...notifications, ...people, ...plans, ...rollouts, ...samples };

export type Database = NodePgDatabase<typeof schema> & { readonly $client: Pool };
/** What a query needs: the database, or a transaction on it. */
export type Queryable = Pick<Database, "select" | "insert" | "update" | "delete" | "execute">;
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

/** Below the embedded server's max_connections, with room for the feed's listener and the tools of an operator. */
const connectionsMax = 12;
const connectTimeoutMs = 5_000;
/** No query of ours takes longer; one that does must not hold its connection for ever. */
const statementTimeoutMs = 20_000;

export interface ConnectOptions {
  /** Hears of connections lost while idle; each is replaced at the next query. */
  readonly onLost?: (error: Error) => void;
  /** Asked before each connection; throws to refuse it. For a Unix socket: could a stranger be listening? */
  readonly verify?: () => void;
}

/** A pool of connections to a PostgreSQL address. Opens none before the first query. */
export function connectDatabase(url: string, options: ConnectOptions = {}): Database {
  const pool = new Pool({
    ...addressOf(url, options.verify),
    max: connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    application_name: "tideline",
  });
  // Without a listener an idle connection's error would end the process.
  pool.on("error", options.onLost ?? (() => {}));
  return drizzle(pool, { schema });
}

/** The password is asked for at each connection, and only after the socket was verified. */
function addressOf(url: string, verify: (() => void) | undefined): PoolConfig {
  if (!verify) return { connectionString: url };
  const { username, password, pathname, searchParams } = new URL(url);
  return {
    host: searchParams.get("host") ?? undefined,
    user: username,
    database: pathname.slice(1),
    password: () => {
      verify();
      return decodeURIComponent(password);
    },
  };
}
