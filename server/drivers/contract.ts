import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fleet } from "#domain/fleet.ts";
import type { Release } from "#domain/release.ts";
import type { Driver, UnitObservation } from "./driver.ts";

/** What a driver's test brings: the driver, a fleet of two instances that it can run, and releases of its service. */
export interface DriverBench {
  readonly driver: Driver;
  readonly fleet: Fleet;
  readonly good: Release;
  readonly better: Release;
  /** Its program does not exist; `missing` is what a refusal must name. */
  readonly unstartable: { readonly release: Release; readonly missing: string };
  close(): Promise<void>;
}

const withinMs = 20_000;

/** What any driver must do, whatever runs its units. */
export function describeDriver(name: string, make: () => Promise<DriverBench>): void {
  describe(`${name} as a driver`, () => {
    let bench: DriverBench;
    const fence = { token: 10 };
    const soon = () => AbortSignal.timeout(withinMs);
    const observe = async (id: string): Promise<UnitObservation> => (await bench.driver.observe(bench.fleet, soon()))[id] as UnitObservation;
    const becomesReady = (id: string) => expect.poll(async () => (await observe(id)).ready, { timeout: withinMs }).toBe(true);

    beforeAll(async () => {
      bench = await make();
    });
    afterAll(() => bench.close());

    test("makes a fleet known, and the same again changes nothing", async () => {
      await bench.driver.ensureFleet(bench.fleet, fence, soon());
      await bench.driver.ensureFleet(bench.fleet, fence, soon());
      expect(await bench.driver.observe(bench.fleet, soon())).toEqual({
        i0: { unit: null, ready: false, readyForMs: null, probe: null },
        i1: { unit: null, ready: false, readyForMs: null, probe: null },
      });
    });

    test("starts a release and observes it ready under the key that asked for it", async () => {
      await bench.driver.replace(bench.fleet, "i0", bench.good, "first", fence, soon());
      expect((await observe("i0")).unit).toMatchObject({
        key: "first",
        releaseId: bench.good.releaseId,
        state: "running",
        restarts: 0,
        message: null,
      });
      await becomesReady("i0");
    });

    test("joins or repeats the answer for the same key", async () => {
      const before = await observe("i0");
      const replace = () => bench.driver.replace(bench.fleet, "i0", bench.good, "first", fence, soon());
      await Promise.all([replace(), replace(), replace()]);
      expect((await observe("i0")).unit).toEqual(before.unit);
      await Promise.all([1, 2].map(() => bench.driver.replace(bench.fleet, "i1", bench.good, "joined", fence, soon())));
      expect((await observe("i1")).unit).toMatchObject({ key: "joined", restarts: 0 });
    });

    test("counts readiness without a break, from nothing after a replacement", async () => {
      await expect.poll(async () => (await observe("i0")).readyForMs ?? 0, { timeout: withinMs }).toBeGreaterThan(300);
      await bench.driver.replace(bench.fleet, "i0", bench.better, "second", fence, soon());
      const { unit, readyForMs } = await observe("i0");
      expect(unit).toMatchObject({ key: "second", releaseId: bench.better.releaseId });
      expect(readyForMs ?? 0).toBeLessThan(2_000);
      await becomesReady("i0");
    });

    test("refuses what cannot be started, names it, and leaves what runs", async () => {
      const before = await observe("i0");
      const { release, missing } = bench.unstartable;
      await expect(bench.driver.replace(bench.fleet, "i0", release, "third", fence, soon())).rejects.toMatchObject({
        code: "invalid",
        message: expect.stringContaining(missing),
      });
      expect((await observe("i0")).unit).toEqual(before.unit);
    });

    test("refuses an instance that the fleet does not have", async () => {
      await expect(bench.driver.replace(bench.fleet, "i9", bench.good, "nowhere", fence, soon())).rejects.toMatchObject({ code: "not-found" });
    });

    test("reads the log of an instance in ascending numbers, and what comes after one", async () => {
      const read = (after: number, limit: number) => bench.driver.readLogs(bench.fleet.fleetId, "i0", { after, limit }, soon());
      await expect.poll(async () => (await read(0, 100)).length, { timeout: withinMs }).toBeGreaterThan(1);
      const lines = await read(0, 100);
      expect(lines.map(({ number }) => number)).toEqual(lines.map(({ number }) => number).toSorted((a, b) => a - b));
      expect(await read(lines[0]?.number ?? 0, 1)).toEqual([lines[1]]);
      expect(await read(lines.at(-1)?.number ?? 0, 100)).toEqual([]);
    });

    test("ends by its signal", async () => {
      await expect(bench.driver.observe(bench.fleet, AbortSignal.abort())).rejects.toMatchObject({ code: "unavailable" });
    });

    test("with stored fencing refuses a lower token than it has seen, for every act", async () => {
      if (bench.driver.fencing !== "stored") return;
      await bench.driver.ensureFleet(bench.fleet, { token: 11 }, soon());
      const before = await observe("i0");
      const acts = [
        bench.driver.ensureFleet(bench.fleet, fence, soon()),
        bench.driver.replace(bench.fleet, "i0", bench.good, "late", fence, soon()),
        bench.driver.removeFleet(bench.fleet.fleetId, fence, soon()),
      ];
      for (const act of await Promise.allSettled(acts)) expect(act).toMatchObject({ status: "rejected", reason: { code: "conflict" } });
      expect((await observe("i0")).unit).toEqual(before.unit);
    });

    test("ends a fleet, and the same again is harmless", async () => {
      await bench.driver.removeFleet(bench.fleet.fleetId, { token: 11 }, soon());
      await bench.driver.removeFleet(bench.fleet.fleetId, { token: 11 }, soon());
      await expect(bench.driver.observe(bench.fleet, soon())).rejects.toMatchObject({ code: "not-found" });
    });
  });
}
