import { expect, test } from "vitest";
import { problemsOf } from "./problems.ts";
import { Environment } from "./release.ts";
import { changedSecrets, secretsOf } from "./secret-versions.ts";

test.each([
  ["the same value", { A: "k1:x" }, { A: "k1:x" }, []],
  ["another value", { A: "k1:x", B: "k1:z" }, { A: "k1:y", B: "k1:z" }, ["A"]],
  ["another key, which tells nothing", { A: "k1:x" }, { A: "k2:y" }, []],
  ["one that cannot be read now", { A: "k1:x" }, {}, []],
  ["a release from before versions", undefined, { A: "k1:x" }, []],
])("%s", (_, secretVersions, present, changed) => {
  expect(changedSecrets({ secretVersions }, present)).toEqual(changed);
});

test("a reference is an object, so that no text can be taken for one", () => {
  const env = Environment.parse({
    LEVEL: "env:TIDELINE_SECRET_A",
    KEY: { secret: "env:TIDELINE_SECRET_A" },
    CERT: { secret: "file:/run/secrets/v3/cert" },
  });
  expect(secretsOf(env)).toEqual([
    ["KEY", "env:TIDELINE_SECRET_A"],
    ["CERT", "file:/run/secrets/v3/cert"],
  ]);
});

test.each([
  ["the server's own variables", { KEY: { secret: "env:AUTH_SECRET" } }, "KEY.secret", "Name where the secret is"],
  ["a relative file", { KEY: { secret: "file:secrets/a" } }, "KEY.secret", "Name where the secret is"],
  ["more than the reference", { KEY: { secret: "env:TIDELINE_SECRET_A", value: "hunter2" } }, "KEY.value", "not a field here"],
  ["neither", { KEY: 7 }, "KEY", 'Write a value, or {"secret"'],
  ["a value that is too long", { KEY: "x".repeat(5_000) }, "KEY", "at most 4,096"],
])("refuses %s at its field", (_, env, field, says) => {
  const { error } = Environment.safeParse(env);
  expect(error ? problemsOf(error) : []).toEqual([{ field, message: expect.stringContaining(says) }]);
});
