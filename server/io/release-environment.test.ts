import { expect, test } from "vitest";
import type { Environment } from "#domain/release.ts";
import { createSecretVersions, resolveEnvironment } from "./release-environment.ts";
import { createSecrets } from "./secrets.ts";

const secretsWith = (value: string) => createSecrets({ env: { TIDELINE_SECRET_DB: value }, directories: [] });
const env: Environment = { LEVEL: "info", DB_PASSWORD: { secret: "env:TIDELINE_SECRET_DB" } };

test("the secrets are put in, and nobody sees them before they are handed on", async () => {
  const resolved = await resolveEnvironment(env, secretsWith("hunter2"));
  expect(JSON.stringify({ resolved })).toBe('{"resolved":"[redacted]"}');
  expect(resolved.reveal()).toEqual({ LEVEL: "info", DB_PASSWORD: "hunter2" });
});

test("what cannot be read is refused at its variable", async () => {
  const missing: Environment = { DB_PASSWORD: { secret: "env:TIDELINE_SECRET_NONE" } };
  const refusal = { code: "invalid", message: expect.stringContaining("DB_PASSWORD: The server has no variable") };
  const problems = [{ field: "env.DB_PASSWORD", message: expect.stringContaining("TIDELINE_SECRET_NONE") }];
  await expect(resolveEnvironment(missing, secretsWith("hunter2"))).rejects.toMatchObject({ ...refusal, problems });
  await expect(createSecretVersions(secretsWith("hunter2"), "key")(missing)).rejects.toMatchObject({ ...refusal, problems });
});

test("a version tells one value from another, and nothing without its key", async () => {
  const versionOf = async (value: string, key = "key") => (await createSecretVersions(secretsWith(value), key)(env)).DB_PASSWORD ?? "";
  const version = await versionOf("hunter2");
  expect(version).toMatch(/^[0-9a-f]{8}:[0-9a-f]{32}$/);
  expect(await versionOf("hunter2")).toBe(version);
  const [key] = version.split(":");
  expect((await versionOf("hunter3")).split(":")).toEqual([key, expect.not.stringMatching(version.split(":")[1] ?? "")]);
  expect((await versionOf("hunter2", "other")).split(":")[0]).not.toBe(key);
});
