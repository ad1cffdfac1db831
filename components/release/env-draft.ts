import type { EnvironmentValue, Release } from "#domain/release.ts";

/** One variable as it is being typed. */
export interface EnvRow {
  readonly row: number;
  readonly key: string;
  readonly value: string;
  /** The value is where a secret is, not the secret. */
  readonly isSecret: boolean;
}

export function rowsOf(release: Release): EnvRow[] {
  return Object.entries(release.env).map(([key, value], row) => ({
    row,
    key,
    value: typeof value === "string" ? value : value.secret,
    isSecret: typeof value !== "string",
  }));
}

/** Rows left wholly empty do not count. */
export function toEnv(rows: readonly EnvRow[]): Record<string, EnvironmentValue> {
  const filled = rows.filter(({ key, value }) => key !== "" || value !== "");
  return Object.fromEntries(filled.map(({ key, value, isSecret }) => [key, isSecret ? { secret: value.trim() } : value]));
}

/** Two rows with one name would silently become one. */
export function repeatedKey(rows: readonly EnvRow[]): string | null {
  const seen = new Set<string>();
  for (const { key } of rows) {
    if (key !== "" && seen.has(key)) return key;
    seen.add(key);
  }
  return null;
}
