const attemptsMax = 5;
/** Serialization failure, deadlock, unique violation: someone else was first, and reading again settles it. */
const conflicts: ReadonlySet<unknown> = new Set(["40001", "40P01", "23505"]);

/** Runs a transaction again when it lost against another; what is read the second time decides. */
export async function retryConflicts<Result>(transact: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transact();
    } catch (error) {
      if (attempt >= attemptsMax || !isConflict(error)) throw error;
    }
  }
}

function isConflict(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) if ("code" in each && conflicts.has(each.code)) return true;
  return false;
}
