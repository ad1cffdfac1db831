import { appendFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { charactersMax, fileBytesMax, InstanceLog, lineCharactersMax, linesMax } from "./logs.ts";

let directory = "";
let log: InstanceLog;
const write = (text: string, stream = "out") => appendFileSync(join(directory, `${stream}.log`), text);
const texts = (limit = 10) => log.read(0, limit).map(({ text }) => text);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "rt-logs-"));
  log = new InstanceLog(directory, null);
});
afterEach(() => log.remove());

test("a line is told when it has ended, whatever pieces it came in, in either stream", () => {
  write("half");
  expect(texts()).toEqual([]);
  write(" a line\r\nnext\n");
  write("broken\n", "err");
  expect(log.read(0, 10).map(({ stream, text }) => [stream, text])).toEqual([
    ["out", "half a line"],
    ["out", "next"],
    ["err", "broken"],
  ]);
});

test("a character that came in two pieces stays whole", () => {
  const bytes = Buffer.from("größe\n");
  appendFileSync(join(directory, "out.log"), bytes.subarray(0, 3));
  log.poll();
  appendFileSync(join(directory, "out.log"), bytes.subarray(3));
  expect(texts()).toEqual(["größe"]);
});

test("a line beyond the limit is cut, and its rest is not a line of its own", () => {
  write(`${"x".repeat(lineCharactersMax + 100)}`);
  log.poll();
  write("still the same line\nshort\n");
  expect(texts().map((text) => text.length)).toEqual([lineCharactersMax, 5]);
});

test("what is kept is bounded, in memory and on the disk", () => {
  for (let round = 0; round < 12; round += 1) {
    write(`${"line of thirty characters......\n".repeat(1_000)}`);
    log.poll();
    write(`${"another line of thirty letters.\n".repeat(8_000)}`, "err");
    log.poll();
  }
  expect(log.read(0, 1_000_000).length).toBeLessThanOrEqual(linesMax + 500);
  for (const name of ["out.log", "err.log", "err.log.1"]) expect(statSync(join(directory, name)).size).toBeLessThanOrEqual(fileBytesMax * 2);
});

test("many long lines are bounded by their length together, and the newest stay", () => {
  for (let line = 0; line < 400; line += 1) {
    write(`${line} ${"x".repeat(8_000)}\n`);
    log.poll();
  }
  const lines = log.read(0, 1_000);
  expect(lines.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(charactersMax);
  expect(lines.length).toBeGreaterThan(100);
  expect(lines.at(-1)?.text.startsWith("399 ")).toBe(true);
});

test("numbers go on after a restart, and what was written meanwhile is not lost", () => {
  write("before\n");
  const last = log.read(0, 1)[0]?.number ?? 0;
  log.close();
  write("meanwhile\n");
  log = new InstanceLog(directory, null);
  expect(log.read(last, 10).map(({ text }) => text)).toContain("meanwhile");
});

test("the last words are the error, not what was said after it", () => {
  write("Error: no configuration\n    at start (server.mjs:1:1)\n\nNode.js v20\n", "err");
  expect(log.lastWords(0)).toBe("Error: no configuration");
});

test("two units that run beside each other have last words of their own, and one log", () => {
  log.descriptors(1);
  write("Error: of the first\n", "err");
  appendFileSync(join(directory, "err-2.log"), "second li");
  log.poll();
  write("of the first\n");
  appendFileSync(join(directory, "err-2.log"), "stens\n");
  expect([log.lastWords(0), log.lastWords(1)]).toEqual(["Error: of the first", "second listens"]);
  expect(texts()).toEqual(["Error: of the first", "of the first", "second listens"]);
});

test("what a second unit wrote is still followed after a restart", () => {
  log.descriptors(1);
  log.close();
  appendFileSync(join(directory, "out-2.log"), "meanwhile\n");
  log = new InstanceLog(directory, null);
  expect(texts()).toEqual(["meanwhile"]);
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));
