import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DataDirectoryInUse, holdDataDirectory } from "./data-lock.ts";

const url = "http://127.0.0.1:22001";
let parent: string;
let directory: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "tideline-lock-"));
  directory = join(parent, "data");
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

test("makes the directory for nobody else, and lets go of it", () => {
  const release = holdDataDirectory(directory, url);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  release();
  expect(existsSync(join(directory, "server.lock"))).toBe(false);
});

test("a second start is refused and told who holds it", () => {
  holdDataDirectory(directory, url);
  expect(() => holdDataDirectory(directory, url)).toThrow(DataDirectoryInUse);
  expect(() => holdDataDirectory(directory, url)).toThrow(new RegExp(`process ${process.pid}, since 20.*, at ${url}`));
});

test.each([
  ["whose process has gone", { pid: 4_000_000, startedAt: "1@x" }],
  ["whose number belongs to another process now", { pid: process.pid, startedAt: "1@x" }],
])("a lock %s is taken over", (_, holder) => {
  mkdirSync(directory);
  const path = join(directory, "server.lock");
  writeFileSync(path, JSON.stringify({ ...holder, since: "2020-01-01T00:00:00Z", url }));
  holdDataDirectory(directory, url);
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ pid: process.pid });
});

test("half a lock, from a full disk, is taken over", () => {
  mkdirSync(directory);
  writeFileSync(join(directory, "server.lock"), '{"pid":');
  expect(() => holdDataDirectory(directory, url)).not.toThrow();
});

test("a directory that cannot be made is named", () => {
  writeFileSync(directory, "a file");
  for (const path of [directory, join(directory, "below"), "/proc/tideline/data"])
    expect(() => holdDataDirectory(path, url)).toThrow(`The data directory ${path} cannot be used`);
});

test("the directories above it are made as well", () => {
  const below = join(directory, "deep", "down");
  holdDataDirectory(below, url);
  expect(statSync(below).mode & 0o777).toBe(0o700);
});

test("the loser's release leaves the holder's lock alone", () => {
  const release = holdDataDirectory(directory, url);
  const path = join(directory, "server.lock");
  const other = JSON.stringify({ pid: 1, startedAt: "another", since: "2020-01-01T00:00:00Z", url });
  writeFileSync(path, other);
  release();
  expect(readFileSync(path, "utf8")).toBe(other);
});
