import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Release } from "#domain/release.ts";
import { startTimeOf } from "./identity.ts";
import { takeLock } from "./lock.ts";
import { createStateFile, type FleetRecord, loadFleets } from "./state.ts";

const log = pino({ level: "silent" });
const fleetId = "0199aaaa-0000-7000-8000-000000000001";
const record = (fence: number, savedAt = Date.now()): FleetRecord => ({
  fleetId,
  fleet: null,
  fence,
  port: 0,
  requestsPerSecond: 0,
  slots: {},
  guests: [],
  savedAt,
});
const release: Release = {
  releaseId: fleetId,
  service: "service",
  name: "1.0",
  artifact: { type: "process", command: ["node"], directory: "/" },
  digest: "d",
  env: {},
  recordedAt: 1,
};
let directory = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "rt-state-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("saves asked for at the same time end with the newest state on the disk, and no draft", async () => {
  let fence = 0;
  const file = createStateFile(directory, fleetId, () => record(fence));
  const saves = Array.from({ length: 20 }, (_, index) => {
    fence = index + 1;
    return file.save();
  });
  await Promise.all(saves);
  expect((await loadFleets(directory, log)).map((loaded) => loaded.fence)).toEqual([20]);
  expect(readdirSync(directory)).toEqual([`${fleetId}.json`]);
});

test("a save that fails says so, and the next one is made afresh", async () => {
  const file = createStateFile(join(directory, "later"), fleetId, () => record(1));
  await expect(file.save()).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("ENOENT") });
  mkdirSync(join(directory, "later"));
  await file.save();
  expect(await loadFleets(join(directory, "later"), log)).toHaveLength(1);
});

test("an unreadable file is set aside and does not keep the others from coming back", async () => {
  await createStateFile(directory, fleetId, () => record(3)).save();
  writeFileSync(join(directory, "0199aaaa-0000-7000-8000-000000000002.json"), "{ half");
  expect((await loadFleets(directory, log)).map((loaded) => loaded.fence)).toEqual([3]);
  expect(readdirSync(directory).filter((name) => name.endsWith(".unreadable"))).toHaveLength(1);
});

test("a file from before instances had two units is read", async () => {
  const unit = { key: "k", release, port: 30_001, pid: 1, startTime: "t", startedAt: 1, restarts: 0, firstReadyAt: null, refusal: null };
  writeFileSync(join(directory, `${fleetId}.json`), JSON.stringify({ ...record(3), slots: { i0: { inRotation: true, unit } } }));
  expect((await loadFleets(directory, log))[0]?.slots).toEqual({ i0: { inRotation: true, unit: { ...unit, lane: 0 }, next: null } });
});

test("a removed fleet's token is forgotten after a week", async () => {
  writeFileSync(join(directory, `${fleetId}.json`), JSON.stringify(record(3, Date.now() - 8 * 24 * 3_600_000)));
  expect(await loadFleets(directory, log)).toEqual([]);
});

test("the lock has one holder, and a dead one holds nothing, even where its process id lives again", () => {
  const path = join(directory, "lock");
  const lock = takeLock(path);
  expect(lock.taken).toBe(true);
  expect(takeLock(path)).toEqual({ taken: false, pid: process.pid });
  if (lock.taken) lock.release();
  expect(startTimeOf(process.pid)).not.toBe("another/1");
  writeFileSync(path, JSON.stringify({ pid: process.pid, startTime: "another/1" }));
  expect(takeLock(path).taken).toBe(true);
  expect(readdirSync(directory)).toEqual(["lock"]);
});
