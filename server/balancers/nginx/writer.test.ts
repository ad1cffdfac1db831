import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NginxSettings } from "#domain/settings/nginx.ts";
import { renderFile } from "./upstream-file.ts";
import { createWriter } from "./writer.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tideline-nginx-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("what another Tideline has written since the file was read is not written over", async () => {
  const upstreamFile = join(folder, "shop.conf");
  const settings = NginxSettings.parse({ type: "nginx", upstreamFile, upstream: "shop", status: "unix:/nowhere.sock" });
  const newer = renderFile({ fleetId: "f", fence: 2, servers: [] }, settings);
  const writing = createWriter()({
    fleetId: "f",
    settings,
    fence: { token: 1 },
    edit: async (file) => {
      await writeFile(upstreamFile, newer);
      return file;
    },
    signal: AbortSignal.timeout(5_000),
  });
  await expect(writing).rejects.toMatchObject({ code: "unavailable", message: expect.stringMatching(/written by somebody else/) });
  expect(await readFile(upstreamFile, "utf8")).toBe(newer);
});
