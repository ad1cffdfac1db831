/**
 * Many records of one shape as columns: ten thousand rows say their fields' names once, and what is the same in all of them,
 * too. A twentieth of the plain list for a fleet, and as much less to read.
 */
export type Packed = { readonly count: number; readonly columns: { readonly [field: string]: Column } };

/** Types, and arrays that could be written to: a serialiser's plain JSON is neither an interface nor read-only. */
type Json = string | number | boolean | null | undefined | Json[] | { [key: string]: Json };

type Column =
  | { readonly same: Json }
  /** Whole numbers, as distances from the least. */
  | { readonly from: number; readonly add: number[] }
  /** Few different values, and which of them each row has. */
  | { readonly words: Json[]; readonly at: number[] }
  | { readonly list: Json[] };

/** More different values than this are listed as they are. */
const wordsMax = 256;

/** Rows must have the same fields, of plain JSON; what is undefined comes back as null. */
export function packRows(rows: readonly object[]): Packed {
  const fields = Object.keys(rows[0] ?? {});
  return {
    count: rows.length,
    columns: Object.fromEntries(fields.map((field) => [field, packColumn(rows.map((row) => (row as Record<string, Json>)[field] ?? null))])),
  };
}

/** Throws nothing on what `packRows` made; every row has its fields in the same order. */
export function unpackRows<Row extends object>({ count, columns }: Packed): Row[] {
  const readers = Object.entries(columns).map(([field, column]) => [field, readerOf(column)] as const);
  return Array.from({ length: count }, (_, index) => {
    const row: Record<string, Json> = {};
    for (const [field, read] of readers) row[field] = read(index);
    return row as Row;
  });
}

function packColumn(values: Json[]): Column {
  const words: Json[] = [];
  const places = new Map<Json, number>();
  const at: number[] = [];
  for (const value of values) {
    const key = typeof value === "object" || typeof value === "string" ? JSON.stringify(value) : value;
    let place = places.get(key);
    if (place === undefined) {
      if (words.length === wordsMax) return packMany(values);
      place = words.push(value) - 1;
      places.set(key, place);
    }
    at.push(place);
  }
  return words.length === 1 ? { same: words[0] } : words.length * 2 > values.length ? packMany(values) : { words, at };
}

function packMany(values: Json[]): Column {
  if (!values.every((value) => Number.isSafeInteger(value))) return { list: values };
  const numbers = values as number[];
  const from = numbers.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const add = numbers.map((value) => value - from);
  return add.every(Number.isSafeInteger) ? { from, add } : { list: values };
}

function readerOf(column: Column): (index: number) => Json {
  if ("same" in column) return () => column.same;
  if ("words" in column) return (index) => column.words[column.at[index] ?? 0];
  if ("from" in column) return (index) => column.from + (column.add[index] ?? 0);
  return (index) => column.list[index];
}
