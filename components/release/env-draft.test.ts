import { describe, expect, test } from "vitest";
import { problemsOf } from "#domain/problems.ts";
import { Environment, type Release } from "#domain/release.ts";
import { problemAt } from "#hooks/failure.ts";
import { type EnvRow, repeatedKey, rowsOf, toEnv } from "./env-draft.ts";

const rowsFrom = (...rows: Omit<EnvRow, "row">[]): EnvRow[] => rows.map((each, row) => ({ row, ...each }));
const plain = (key: string, value = "") => ({ key, value, isSecret: false });
const secret = (key: string, value: string) => ({ key, value, isSecret: true });

describe("what is typed is sent", () => {
  test.each<[string, EnvRow[], Environment]>([
    ["nothing", [], {}],
    ["no row that is wholly empty", rowsFrom(plain(""), plain("A", "1"), secret("", "")), { A: "1" }],
    ["a variable that is there and empty", rowsFrom(plain("A")), { A: "" }],
    ["a value as it is, spaces included", rowsFrom(plain("GREETING", " hello ")), { GREETING: " hello " }],
    [
      "where a secret is, without the spaces of a paste",
      rowsFrom(secret("KEY", " env:TIDELINE_SECRET_KEY ")),
      { KEY: { secret: "env:TIDELINE_SECRET_KEY" } },
    ],
    ["a value that only looks like a reference", rowsFrom(plain("KEY", "env:TIDELINE_SECRET_KEY")), { KEY: "env:TIDELINE_SECRET_KEY" }],
  ])("%s", (_, rows, env) => {
    expect(toEnv(rows)).toEqual(env);
    expect(Environment.parse(toEnv(rows))).toEqual(env);
  });

  test("a value without a name, for the server to refuse", () => expect(toEnv(rowsFrom(plain("", "1")))).toEqual({ "": "1" }));
});

test("the rows of a release are its variables, in their order", () => {
  const env: Environment = { LEVEL: "info", KEY: { secret: "file:/run/secrets/key" }, EMPTY: "" };
  const rows = rowsOf({ env } as Release);
  expect(rows).toEqual(rowsFrom(plain("LEVEL", "info"), secret("KEY", "file:/run/secrets/key"), plain("EMPTY")));
  expect(toEnv(rows)).toEqual(env);
});

test.each<[string, EnvRow[], string | null]>([
  ["none", rowsFrom(plain("A"), plain("B")), null],
  ["a value and a secret", rowsFrom(plain("A", "1"), plain("B"), secret("A", "env:TIDELINE_SECRET_A")), "A"],
  ["empty names are no names", rowsFrom(plain(""), plain("")), null],
  ["upper and lower case are two", rowsFrom(plain("A"), plain("a")), null],
])("two rows with one name: %s", (_, rows, key) => expect(repeatedKey(rows)).toBe(key));

test.each<[string, EnvRow[], string]>([
  ["a name that is none", rowsFrom(plain("1ST", "x")), "env.1ST"],
  ["one that the runtime sets", rowsFrom(plain("PORT", "80")), "env.PORT"],
  ["a secret itself in the place of where it is", rowsFrom(secret("KEY", "hunter2")), "env.KEY"],
])("%s is refused at its variable", (_, rows, field) => {
  const refused = Environment.safeParse(toEnv(rows));
  const problems = problemsOf(refused.error ?? { issues: [] }).map((problem) => ({ ...problem, field: `env.${problem.field}` }));
  const failure = { code: "invalid", message: "", problems, requestId: null, signedOut: false } as const;
  expect(problems).toHaveLength(1);
  expect(problemAt(failure, field, { below: true })).toBe(problems[0]?.message);
});
