import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const timeoutMs = 30_000;
const good = '{"alpha":0.5,"omega0":1,"eps":0,"planned":null,"grid":[10],"intervals":[[0,1000,1,100]]}';
const folder = await mkdtemp(join(tmpdir(), "tideline-evidence-"));

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("npm run evidence", () => {
  test("reads a file, or standard input, and says the same", async () => {
    await writeFile(join(folder, "good.json"), good);
    const read = await run([join(folder, "good.json"), "--json"]);
    expect(read).toMatchObject({ code: 0, errors: "" });
    const answer = JSON.parse(read.output) as { lnE: number[] };
    expect(answer).toEqual({ lnE: [expect.closeTo(Math.log(5.5), 12)], state: "bad", decidedAt: 0 });
    expect(await run(["--json", "-"], good)).toEqual(read);
    expect((await run([join(folder, "good.json")])).output).toMatch(/Bad: after interval 0 ln E is 1\.7047, which reaches .* = 0\.6931/);
  });

  const refusals: [string, string[], string, RegExp][] = [
    ["no file", [], "", /npm run evidence -- FILE/],
    ["two files", ["a", "b"], "", /npm run evidence -- FILE/],
    ["a flag that is none", ["--jsno", "a"], "", /npm run evidence -- FILE/],
    ["a file that is not there", ["/nowhere/evidence.json"], "", /cannot be read: ENOENT/],
    ["a folder", ["."], "", /cannot be read: EISDIR/],
    ["text that is no JSON", ["-"], "{", /It is no JSON: /],
    ["a wrong count", ["-"], good.replace("1000", '"many"'), /intervals\.0\.1 {2}Use a finite number/],
  ];
  test.each(refusals)("refuses %s", async (_, words, input, why) => {
    expect(await run(words, input)).toEqual({ code: 2, output: "", errors: expect.stringMatching(why) });
  });
});

function run(words: readonly string[], input = ""): Promise<{ code: number | null; output: string; errors: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", "replay/main.ts", ...words], { cwd: root, timeout: timeoutMs });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (errors += chunk));
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output, errors })));
}
