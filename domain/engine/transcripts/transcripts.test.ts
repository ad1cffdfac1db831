import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { playTranscript } from "./play.ts";

const folder = dirname(fileURLToPath(import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith(".txt"));

describe("transcripts", () => {
  test("there are some", () => expect(files.length).toBeGreaterThan(8));
  // `npx vitest run -u domain/engine/transcripts` rewrites the answers; a person reads the difference.
  test.each(files)("%s", async (name) => {
    await expect(playTranscript(readFileSync(join(folder, name), "utf8"))).toMatchFileSnapshot(join(folder, name));
  });
});
