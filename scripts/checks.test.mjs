import { describe, expect, test } from "vitest";
import { brokenReferences } from "./check-docs.mjs";
import { impurities, linesMax, tooLong, unfinishedWork } from "./check-text.mjs";

describe("domain purity", () => {
  test.each([
    ["const now = Date.now();", "domain/a.ts:1 reads the clock; take `now` as an argument."],
    ["const dice = Math.random();", "domain/a.ts:1 draws at random; take a seed as an argument."],
    ["setTimeout(tick, 10);", "domain/a.ts:1 sets a timer; return an effect or a deadline instead."],
    ["const home = process.env.HOME;", "domain/a.ts:1 reads the machine; take what it needs as an argument."],
  ])("refuses %s", (line, problem) => {
    expect(impurities("domain/a.ts", line)).toEqual([problem]);
  });

  test("lets comments, tests and other folders be", () => {
    expect(impurities("domain/a.ts", "// Date.now is for others\n/* Math.random\n */ const a = 1;")).toEqual([]);
    expect(impurities("domain/a.test.ts", "Date.now()")).toEqual([]);
    expect(impurities("server/a.ts", "Date.now()")).toEqual([]);
  });
});

test("a file above the limit is named with its length", () => {
  expect(tooLong("a.ts", "x\n".repeat(linesMax))).toEqual([]);
  expect(tooLong("a.ts", "x\n".repeat(linesMax + 1))).toHaveLength(1);
});

test("unfinished work and tests that do not test are found", () => {
  const marks = ["TO" + "DO later", "test.on" + "ly(1)", "page.waitFor" + "Timeout(5)"];
  for (const mark of marks) expect(unfinishedWork("server/a.ts", mark)).toHaveLength(1);
  expect(unfinishedWork("server/a.ts", "const only = 1;")).toEqual([]);
});

describe("references in docs", () => {
  const pages = { "docs/a.md": "# A page\n\n## Two words\n", "domain/plan.ts": "" };
  const world = { exists: (path) => path in pages || path === "docs", textOf: (path) => pages[path] ?? "", commands: new Set(["check"]) };

  test.each([
    ["`domain/plan.ts`", []],
    ["`domain/gone.ts`", ["README.md names domain/gone.ts, which does not exist."]],
    ["[a](docs/a.md#two-words)", []],
    ["[a](docs/a.md#three)", ["README.md links to docs/a.md#three, but docs/a.md has no such heading."]],
    ["[b](docs/b.md)", ["README.md links to docs/b.md, which does not exist."]],
    ["[c](https://example.org/x)", []],
    ["npm run check", []],
    ["npm run dance", ['README.md shows "npm run dance", which package.json does not have.']],
  ])("%s", (text, problems) => {
    expect(brokenReferences("README.md", text, world)).toEqual(problems);
  });
});
