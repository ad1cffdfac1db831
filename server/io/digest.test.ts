import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { digestDirectory } from "./digest.ts";

let directory = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "rt-digest-"));
  await mkdir(join(directory, "lib"));
  await writeFile(join(directory, "server.mjs"), "start();");
  await writeFile(join(directory, "lib", "a.mjs"), "a");
  await symlink("lib/a.mjs", join(directory, "link.mjs"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const changes: Record<string, () => Promise<unknown>> = {
  "another content of the same length": () => writeFile(join(directory, "lib", "a.mjs"), "b"),
  "another name": () => writeFile(join(directory, "lib", "b.mjs"), ""),
  "an empty directory": () => mkdir(join(directory, "empty")),
  "an executable bit": () => chmod(join(directory, "server.mjs"), 0o755),
  "another target of a link": async () => {
    await rm(join(directory, "link.mjs"));
    await symlink("lib/b.mjs", join(directory, "link.mjs"));
  },
};

describe("the digest of a directory", () => {
  test.each(Object.entries(changes))("changes with %s", async (_, change) => {
    const before = await digestDirectory(directory);
    await change();
    expect(await digestDirectory(directory)).not.toBe(before);
  });

  test("is the same for the same contents, whatever the times and who may read them", async () => {
    const before = await digestDirectory(directory);
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    await utimes(join(directory, "server.mjs"), 1, 1);
    await chmod(join(directory, "server.mjs"), 0o600);
    expect(await digestDirectory(directory)).toBe(before);
  });

  test("does not follow a link out of the directory", async () => {
    const outside = await mkdtemp(join(tmpdir(), "rt-digest-"));
    await symlink(outside, join(directory, "outside"));
    const before = await digestDirectory(directory);
    await writeFile(join(outside, "x"), "x");
    expect(await digestDirectory(directory)).toBe(before);
    await rm(outside, { recursive: true });
  });

  test("names a directory that does not exist", async () => {
    await expect(digestDirectory(join(directory, "nothing"))).rejects.toMatchObject({
      code: "invalid",
      message: `There is no directory ${join(directory, "nothing")} on this machine.`,
      problems: [{ field: "directory" }],
    });
  });
});
