/** Disk full, in PostgreSQL's table of error codes. */
const diskFull = "53100";
/** Connection exceptions, too many connections, and a server that stops, crashed or starts. */
const unreachableCode = /^(?:08...|53300|57P0[1-5])$/;
/** What the driver says without a code. */
const unreachableWords = /^Connection terminated|^timeout exceeded when trying to connect|not queryable/;

/**
 * What a database could not do, in words; null when something else is at fault. Drizzle wraps the driver's error, so
 * causes are searched.
 */
export function describeDatabaseFault(error: unknown): string | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    const code = "code" in each ? String(each.code) : "";
    if (code === diskFull) return "The disk of the database is full.";
    if (unreachableCode.test(code) || unreachableWords.test(each.message) || isRefusedConnection(each)) return "The database cannot be reached.";
  }
  return null;
}

function isRefusedConnection(error: Error): boolean {
  if (error instanceof AggregateError) return error.errors.some((each) => each instanceof Error && isRefusedConnection(each));
  return "syscall" in error && (error.syscall === "connect" || error.syscall === "getaddrinfo" || error.syscall === "read");
}
