import { expect, test } from "vitest";
import { remember, searchEntries } from "./palette-search.ts";

const entries = [
  { id: "a", label: "Go to rollouts" },
  { id: "b", label: "Roll back…", hint: "greeter to 1.3" },
  { id: "c", label: "greeter", hint: "fleet, production" },
  { id: "d", label: "Controls" },
];
const found = (query: string) => searchEntries(entries, query, 10).map(({ id }) => id);

test("the beginning of the label comes first, then of a word, then anything", () => {
  expect(found("rol")).toEqual(["b", "a", "d"]);
});

test("every word must be there, in the label or beside it", () => {
  expect(found("greeter prod")).toEqual(["c"]);
  expect(found("1.3 back")).toEqual(["b"]);
  expect(found("greeter nothing")).toEqual([]);
});

test("nothing typed finds all, up to a bound", () => {
  expect(found("  ")).toEqual(["a", "b", "c", "d"]);
  expect(searchEntries(entries, "", 2)).toHaveLength(2);
});

test("what was chosen last comes first, once", () => {
  expect(remember(["a", "b", "c"], "b", 3)).toEqual(["b", "a", "c"]);
  expect(remember(["a", "b", "c"], "d", 3)).toEqual(["d", "a", "b"]);
});
