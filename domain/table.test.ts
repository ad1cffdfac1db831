import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rememberByChunk, Table } from "./table.ts";

const keys = Array.from({ length: 200 }, (_, index) => `k${index}`);
const table = Table.from(keys.map((key, index) => [key, index]));

describe("a table", () => {
  test("keeps what it holds when another is made of it", () => {
    const changed = table.set("k70", -1);
    expect([table.get("k70"), changed.get("k70"), changed.get("k71")]).toEqual([70, -1, 71]);
    expect(table.get("nobody")).toBeUndefined();
  });
  test("shares every chunk but the one that changed", () => {
    const changed = table.set("k70", -1);
    expect(changed.chunks.map((chunk, index) => chunk === table.chunks[index])).toEqual([true, false, true, true]);
  });
  test("a new key comes last", () => expect(table.set("new", 9).keys().at(-1)).toBe("new"));
  test("is a plain object for JSON", () => expect(JSON.stringify(Table.from([["a", 1]]))).toBe('{"a":1}'));
  test("holds what a plain map would, in its order", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...keys), fc.integer())), (changes) => {
        const expected = new Map<string, number>(keys.map((key, index) => [key, index]));
        let actual = table;
        for (const [key, value] of changes) {
          expected.set(key, value);
          actual = actual.set(key, value);
        }
        expect(actual.entries()).toEqual([...expected]);
        expect(actual.size).toBe(expected.size);
      }),
    );
  });
  test("what is derived of a chunk is computed again only when the chunk changed", () => {
    let computed = 0;
    const sum = rememberByChunk((chunk: readonly number[]) => {
      computed += 1;
      return chunk.reduce((total, value) => total + value, 0);
    });
    const total = (of: Table<number>) => of.chunks.reduce((all, chunk) => all + sum(chunk), 0);
    expect(total(table)).toBe(19_900);
    expect([total(table.set("k3", 103)), computed]).toEqual([20_000, 5]);
  });
});
