const uniqueViolation = "23505";

/** Whether the database refused a row because of this unique index. Drizzle wraps the driver's error, so causes are searched. */
export function isUniqueViolation(error: unknown, index: string): boolean {
  for (let each = error; each instanceof Error; each = each.cause)
    if ("code" in each && each.code === uniqueViolation && "constraint" in each && each.constraint === index) return true;
  return false;
}
