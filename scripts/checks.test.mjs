import { describe, expect, test } from "vitest";
import { brokenReferences } from "./check-docs.mjs";
import { impurities, linesMax, tooLong, unfinishedWork } from "./check-text.mjs";
import { unguardedVerbs } from "./check-verbs.mjs";

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

describe("verbs", () => {
  const verb = (body) => `export async function endIt(ctx: Context, input: EndIt): Promise<void> {\n  ${body}\n}\n`;

  test.each([
    ["one that asks first", 'authorize(ctx, "runtime.stop");'],
    ["one that is audited", "return audited(ctx, attempt, () => end(input));"],
    ["one that is audited over several lines", "return runVerb(\n    ctx,\n    attempt, act);"],
  ])("lets %s be", (_, body) => {
    expect(unguardedVerbs("server/catalog/a.ts", verb(body))).toEqual([]);
  });

  test.each([
    ["asks nothing", verb("await ctx.services.local.stop();")],
    ["only says in a comment that it asks", verb("// authorize(ctx, …) comes later\n  await end(input);")],
    ["is an arrow", "export const endIt = async (ctx: SessionContext) => {\n  await end();\n};\n"],
    ["leaves the asking to the one below", `${verb("await end(input);")}\nasync function end(ctx: Context) {\n  authorize(ctx, "x");\n}\n`],
  ])("names one that %s", (_, text) => {
    expect(unguardedVerbs("server/catalog/a.ts", text)).toEqual([
      "server/catalog/a.ts: endIt takes a caller's context and does not ask what they may: go through audited, runVerb, authorize or visible.",
    ]);
  });

  test("a change goes through a verb", () => {
    const router = (handler, kind = "procedure") =>
      `export const r = createRouter({\n  list: procedure.query(all),\n  stop: ${kind}\n    .input(Stop)\n    .mutation(${handler}),\n});\n`;
    expect(unguardedVerbs("server/trpc/routers/a.ts", router("({ ctx }) => open(ctx.services)", "publicProcedure"))).toEqual([]);
    expect(unguardedVerbs("server/trpc/routers/a.ts", router("({ ctx, input }) => stopIt(ctx, input)"))).toEqual([]);
    expect(unguardedVerbs("server/trpc/routers/a.ts", router("({ ctx }) => ctx.services.local.stop()"))).toEqual([
      "server/trpc/routers/a.ts:3 changes something without a verb: hand the whole ctx to one.",
    ]);
  });
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
