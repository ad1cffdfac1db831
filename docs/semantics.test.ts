import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../", import.meta.url);
const page = readFileSync(new URL("./semantics.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| (\d+) \| (.+?) \| (.+?) \| `(.+?)` \|$/gm)].map(([, number, name, rule, shownBy = ""]) => ({
  number: Number(number),
  name,
  rule,
  shownBy,
}));

test("all 72 cases have their row, in order", () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 72 }, (_, index) => index + 1));
});

test.each(rows)("case $number is shown by $shownBy", ({ shownBy }) => {
  expect(existsSync(new URL(shownBy, root))).toBe(true);
});

test("every transcript says in its first line what it shows", () => {
  const folder = new URL("domain/engine/transcripts/", root);
  const transcripts = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  expect(transcripts.length).toBeGreaterThan(60);
  for (const name of transcripts) expect(readFileSync(new URL(name, folder), "utf8")).toMatch(/^# [A-Z]/);
});
