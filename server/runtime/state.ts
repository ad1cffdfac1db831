import { readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { Failure } from "#domain/failure.ts";
import { Fleet } from "#domain/fleet.ts";
import { Id } from "#domain/names.ts";
import { Release } from "#domain/release.ts";
import { replaceFile } from "#server/io/replace-file.ts";
import type { Logger } from "#server/log.ts";

/** What the runtime must still know after it was killed: one file per fleet, replaced as a whole. */

export const UnitRecord = z.object({
  /** Idempotency key of the attempt that asked for it. */
  key: z.string(),
  release: Release,
  port: z.number().int(),
  /** Which of its slot's pairs of output files it writes. */
  lane: z.union([z.literal(0), z.literal(1)]).default(0),
  /** null between the decision to start it and the process. */
  pid: z.number().int().nullable(),
  startTime: z.string().nullable(),
  startedAt: z.number(),
  restarts: z.number().int(),
  firstReadyAt: z.number().nullable(),
  /** Why it is not to be started again by itself; null when it is. */
  refusal: z.string().nullable(),
});
export type UnitRecord = z.infer<typeof UnitRecord>;

export const SeatRecord = z.object({ inRotation: z.boolean(), unit: UnitRecord });
export type SeatRecord = z.infer<typeof SeatRecord>;

/** `next` is the second unit of a start-first update. Files from before there was one do not have it. */
export const SlotRecord = z.object({ inRotation: z.boolean(), unit: UnitRecord.nullable(), next: SeatRecord.nullable().default(null) });
export type SlotRecord = z.infer<typeof SlotRecord>;

/** A unit that somebody else runs. */
export const GuestRecord = z.object({
  instanceId: z.string(),
  key: z.string(),
  releaseId: z.string(),
  address: z.string(),
  inRotation: z.boolean(),
  firstReadyAt: z.number(),
});
export type GuestRecord = z.infer<typeof GuestRecord>;

export const FleetRecord = z.object({
  fleetId: Id,
  /** null after the fleet was removed: what is left is its fence. */
  fleet: Fleet.nullable(),
  fence: z.number().int(),
  /** Chosen once when the fleet's own port is 0. */
  port: z.number().int(),
  requestsPerSecond: z.number(),
  slots: z.record(z.string(), SlotRecord),
  guests: z.array(GuestRecord).default([]),
  savedAt: z.number(),
});
export type FleetRecord = z.infer<typeof FleetRecord>;

/** A removed fleet's fence is remembered this long, so that a late request of an old holder cannot revive it. */
const removedKeptMs = 7 * 24 * 3_600_000;

/** Reads every fleet. A file that cannot be read is set aside, named in the log, and does not stop the others. */
export async function loadFleets(directory: string, log: Logger): Promise<FleetRecord[]> {
  const records: FleetRecord[] = [];
  for (const name of (await readdir(directory)).filter((file) => file.endsWith(".json"))) {
    const path = join(directory, name);
    try {
      const record = FleetRecord.parse(JSON.parse(await readFile(path, "utf8")));
      if (record.fleet === null && record.savedAt < Date.now() - removedKeptMs) await rm(path);
      else records.push(record);
    } catch (error) {
      await rename(path, `${path}.unreadable`);
      log.error({ err: error, file: name }, "The state of a fleet could not be read and was set aside.");
    }
  }
  return records;
}

export interface StateFile {
  /** Resolves when what `read` gave after this call is on the disk. Calls made meanwhile share one write. */
  save(): Promise<void>;
}

/** Keeps one fleet's record on the disk: temporary file, fsync, rename. */
export function createStateFile(directory: string, fleetId: string, read: () => FleetRecord): StateFile {
  const path = join(directory, `${fleetId}.json`);
  /** Never rejects: a failed write is told to those who waited for it, and the next one starts afresh. */
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  return {
    save: () => {
      if (next) return next;
      const mine = last.then(() => {
        next = null;
        return writeWhole(path, JSON.stringify(read()));
      });
      next = mine;
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await replaceFile(path, text, 0o600);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new Failure(
      "unavailable",
      `The runtime cannot save its state (${code}). Make room or access below ${dirname(path)}; it goes on by itself.`,
    );
  }
}
