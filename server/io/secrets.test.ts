import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSecrets, type Secrets } from "./secrets.ts";

let parent: string;
let secrets: Secrets;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "secrets-"));
  await mkdir(join(parent, "allowed"));
  await mkdir(join(parent, "allowed-not"));
  await mkdir(join(parent, "allowed", "folder"));
  await writeFile(join(parent, "allowed", "token"), "hunter2\n");
  await writeFile(join(parent, "allowed", "empty"), "\n");
  await writeFile(join(parent, "allowed", "two-lines"), "hunter2\nx: y\n");
  await writeFile(join(parent, "allowed", "null-byte"), "hunter2\0");
  await writeFile(join(parent, "allowed", "huge"), "x".repeat(20_000));
  await writeFile(join(parent, "allowed-not", "token"), "hunter2");
  await symlink("token", join(parent, "allowed", "link"));
  await symlink(join(parent, "allowed-not", "token"), join(parent, "allowed", "out"));
  const env = { TIDELINE_SECRET_A: "hunter2", TIDELINE_SECRET_EMPTY: " " };
  secrets = createSecrets({ env, directories: [join(parent, "allowed")] });
});
afterAll(() => rm(parent, { recursive: true }));

test.each(["env:TIDELINE_SECRET_A", "file:allowed/token", "file:allowed/link"])("reads %s without its line end", async (reference) => {
  expect((await secrets.read(place(reference))).reveal()).toBe("hunter2");
});

test("as text a secret may have several lines", async () => {
  expect((await secrets.readText(place("file:allowed/two-lines"))).reveal()).toBe("hunter2\nx: y");
  expect((await secrets.readText("env:TIDELINE_SECRET_A")).reveal()).toBe("hunter2");
});

test.each(["env:TIDELINE_SECRET_EMPTY", "file:allowed/empty", "file:allowed/null-byte"])("refuses %s as text", async (reference) => {
  await expect(secrets.readText(place(reference))).rejects.toMatchObject({ code: "invalid", message: expect.not.stringContaining("hunter2") });
});

test.each([
  ["env:TIDELINE_SECRET_B", /no variable TIDELINE_SECRET_B/],
  ["env:TIDELINE_SECRET_EMPTY", /is empty/],
  ["file:allowed/none", /finds no file/],
  ["file:allowed/empty", /is empty/],
  ["file:allowed/two-lines", /more than one line/],
  ["file:allowed/huge", /more than 16384 bytes/],
  ["file:allowed/folder", /must be a file/],
  ["file:allowed-not/token", /not below a directory of TIDELINE_SECRET_DIRECTORIES/],
  ["file:allowed/out", /not below a directory/],
  ["file:allowed/../allowed-not/token", /not below a directory/],
])("refuses %s, says what to do, and repeats no secret", async (reference, says) => {
  const refusal = await secrets.read(place(reference)).then(
    () => null,
    (error: Error) => error,
  );
  expect(refusal).toMatchObject({ code: "invalid", message: expect.stringMatching(says) });
  expect(refusal?.message).not.toContain("hunter2");
});

function place(reference: string): string {
  return reference.replace(/^file:/, `file:${parent}/`);
}

test("a certificate keeps its lines, and nothing else is taken for one", async () => {
  const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
  const secrets = createSecrets({ env: { TIDELINE_SECRET_CA: `\n${pem}\n\n`, TIDELINE_SECRET_PLAIN: "hunter2" }, directories: [] });
  expect((await secrets.readPem("env:TIDELINE_SECRET_CA")).reveal()).toBe(`${pem}\n`);
  const refused = secrets.readPem("env:TIDELINE_SECRET_PLAIN");
  await expect(refused).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("env:TIDELINE_SECRET_PLAIN") });
  await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining("hunter2") });
});
