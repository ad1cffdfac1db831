import fc from "fast-check";
import { expect, test } from "vitest";
import { packRows, unpackRows } from "./pack.ts";

const throughJson = (rows: readonly object[]) => unpackRows(JSON.parse(JSON.stringify(packRows(rows))));

test("what was packed comes back, whatever the values", () => {
  const value = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.string(), fc.record({ a: fc.string() }), fc.constantFrom("x", "y"));
  fc.assert(
    fc.property(fc.array(fc.record({ id: fc.string(), one: value, two: value, many: fc.maxSafeInteger() }), { maxLength: 700 }), (rows) => {
      expect(throughJson(rows)).toEqual(rows.map((row) => ({ ...row })));
    }),
    { numRuns: 60 },
  );
});

test.each([
  ["all the same", [7, 7, 7], { same: 7 }],
  ["few words", ["in", "in", "out", "in"], { words: ["in", "out"], at: [0, 0, 1, 0] }],
  ["numbers", [1_005, 1_000, 1_010], { from: 1_000, add: [5, 0, 10] }],
  ["anything else", ["a", "b", "c"], { list: ["a", "b", "c"] }],
])("%s", (_name, values, column) => {
  expect(packRows(values.map((value) => ({ value }))).columns.value).toEqual(column);
});

test("nothing is nothing", () => {
  expect(throughJson([])).toEqual([]);
});

test("a fleet of ten thousand is a tenth of its list, or less", () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => ({
    instanceId: `i${index}`,
    zone: "abc"[index % 3],
    labels: {},
    phase: index < 40 ? "draining" : "pending",
    phaseSince: index < 40 ? 1_760_000_000_000 + index : 1_750_000_000_000,
    direction: "forward",
    attempt: 0,
    failure: null,
    touched: false,
  }));
  expect(JSON.stringify(packRows(rows)).length).toBeLessThan(JSON.stringify(rows).length / 10);
});
