import type { Release } from "#domain/release.ts";

/** One variable as it is being typed. */
export interface EnvRow {
  readonly row: number;
  readonly key: string;
  readonly value: string;
}

export function rowsOf(release: Release): EnvRow[] {
  return Object.entries(release.env).map(([key, value], row) => ({ row, key, value }));
}

/** Rows left wholly empty do not count. */
export function toEnv(rows: readonly EnvRow[]): Record<string, string> {
  return Object.fromEntries(rows.filter(({ key, value }) => key !== "" || value !== "").map(({ key, value }) => [key, value]));
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
