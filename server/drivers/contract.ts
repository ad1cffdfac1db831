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
  readonly neverReady: Release;
  /** Does not hear that it should stop. */
  readonly deaf: Release;
  /** Ready and not ready in turn, about every second. */
  readonly flapping: Release;
  /** Another control plane on the same units: all that this one knew of them is lost to it. */
  reconnect(): Driver;
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
    const nextBecomesReady = (id: string) => expect.poll(async () => (await observe(id)).next?.ready, { timeout: withinMs }).toBe(true);
    const keysOf = async (id: string) => {
      const { unit, next } = await observe(id);
      return [unit?.key ?? null, next?.unit?.key ?? null];
    };
    const start = (id: string, key: string) => bench.driver.start(bench.fleet, id, bench.better, key, fence, soon());
    const retire = (id: string, key: string) => bench.driver.retire(bench.fleet, id, key, fence, soon());
    const discard = (id: string, key: string) => bench.driver.discard(bench.fleet, id, key, fence, soon());
    const becomesReady = (id: string) => expect.poll(async () => (await observe(id)).ready, { timeout: withinMs }).toBe(true);

    beforeAll(async () => {
      bench = await make();
    });
    afterAll(() => bench.close());

    test("makes a fleet known, and the same again changes nothing", async () => {
      await bench.driver.ensureFleet(bench.fleet, fence, soon());
      await bench.driver.ensureFleet(bench.fleet, fence, soon());
      expect(await bench.driver.observe(bench.fleet, soon())).toEqual({
        i0: { unit: null, ready: false, readyForMs: null, probe: null, next: null },
        i1: { unit: null, ready: false, readyForMs: null, probe: null, next: null },
      });
    });

    test("says beforehand whether a release could be started, and starts nothing", async () => {
      await bench.driver.resolveRelease(bench.fleet, bench.good, soon());
      const refused = bench.driver.resolveRelease(bench.fleet, bench.unstartable.release, soon());
      await expect(refused).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining(bench.unstartable.missing) });
      expect(await keysOf("i0")).toEqual([null, null]);
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

    test("that can surge starts a second unit beside the first, once for each key, and no third", async ({ skip }) => {
      skip(!bench.driver.canSurge, "it cannot");
      const { next: _, ...before } = await observe("i0");
      await Promise.all([start("i0", "beside"), start("i0", "beside")]);
      await nextBecomesReady("i0");
      await start("i0", "beside");
      await expect(start("i0", "third")).rejects.toMatchObject({ code: "conflict" });
      const { unit, next } = await observe("i0");
      expect(unit).toEqual(before.unit);
      expect(next?.unit).toMatchObject({ key: "beside", releaseId: bench.better.releaseId, state: "running", restarts: 0 });
      expect(next?.unit?.address).not.toBe(unit?.address);
    });

    test("that can surge discards the second unit, and the first goes on", async ({ skip }) => {
      skip(!bench.driver.canSurge, "it cannot");
      const before = await observe("i0");
      await discard("i0", "another");
      expect(await keysOf("i0")).toEqual([before.unit?.key, "beside"]);
      await Promise.all([discard("i0", "beside"), discard("i0", "beside")]);
      await discard("i0", "beside");
      expect(await observe("i0")).toMatchObject({ unit: before.unit, ready: true, next: null });
    });

    test("that can surge lets the second unit take the first one's place, without a break in its readiness", async ({ skip }) => {
      skip(!bench.driver.canSurge, "it cannot");
      await start("i0", "over");
      await nextBecomesReady("i0");
      const { next } = await observe("i0");
      await expect(retire("i0", "another")).rejects.toMatchObject({ code: "not-found" });
      await Promise.all([retire("i0", "over"), retire("i0", "over")]);
      await retire("i0", "over");
      await start("i0", "over");
      await expect(discard("i0", "over")).rejects.toMatchObject({ code: "conflict" });
      const after = await observe("i0");
      expect(after).toMatchObject({ unit: next?.unit, ready: true, next: null });
      expect(after.readyForMs).toBeGreaterThanOrEqual(next?.readyForMs ?? 0);
    });

    test("leaves an instance that is no longer in the definition until it is removed", async () => {
      await bench.driver.replace(bench.fleet, "i1", bench.good, "leaving", fence, soon());
      await becomesReady("i1");
      const { unit } = await observe("i1");
      const without = { ...bench.fleet, instances: bench.fleet.instances.filter(({ id }) => id !== "i1") };
      await bench.driver.ensureFleet(without, fence, soon());
      expect((await bench.driver.observe(without, soon())).i1).toMatchObject({ unit, ready: true });
      const remove = (id: string) => bench.driver.remove(without, id, fence, soon());
      await expect(remove("i0")).rejects.toMatchObject({ code: "conflict" });
      await Promise.all([remove("i1"), remove("i1")]);
      await remove("i1");
      await remove("i9");
      expect(Object.keys(await bench.driver.observe(without, soon()))).toEqual(["i0"]);
      await bench.driver.ensureFleet(bench.fleet, fence, soon());
      expect(await observe("i1")).toMatchObject({ unit: null, next: null });
      expect(await bench.driver.readLogs(bench.fleet, "i1", { after: 0, limit: 10 }, soon())).toEqual([]);
    });

    test("that can surge starts a second unit where there is no first, refuses what cannot be started, and replaces both", async ({ skip }) => {
      skip(!bench.driver.canSurge, "it cannot");
      const before = await observe("i1");
      const { release, missing } = bench.unstartable;
      await expect(bench.driver.start(bench.fleet, "i1", release, "refused", fence, soon())).rejects.toMatchObject({
        code: "invalid",
        message: expect.stringContaining(missing),
      });
      expect((await observe("i1")).unit).toEqual(before.unit);
      await start("i1", "alone");
      expect(await keysOf("i1")).toEqual([null, "alone"]);
      await retire("i1", "alone");
      await start("i1", "second");
      expect(await keysOf("i1")).toEqual(["alone", "second"]);
      await bench.driver.replace(bench.fleet, "i1", bench.good, "instead-of-both", fence, soon());
      expect(await keysOf("i1")).toEqual(["instead-of-both", null]);
    });

    test("refuses an instance that the fleet does not have", async () => {
      await expect(bench.driver.replace(bench.fleet, "i9", bench.good, "nowhere", fence, soon())).rejects.toMatchObject({ code: "not-found" });
    });

    test("reads the log of an instance in ascending numbers, and what comes after one", async () => {
      const read = (after: number, limit: number) => bench.driver.readLogs(bench.fleet, "i0", { after, limit }, soon());
      await expect.poll(async () => (await read(0, 100)).length, { timeout: withinMs }).toBeGreaterThan(1);
      const lines = await read(0, 100);
      expect(lines.map(({ number }) => number)).toEqual(lines.map(({ number }) => number).toSorted((a, b) => a - b));
      expect(await read(lines[0]?.number ?? 0, 1)).toEqual([lines[1]]);
      expect(await read(lines.at(-1)?.number ?? 0, 100)).toEqual([]);
    });

    test("sees the same from another control plane, and a healthy unit as healthy at the first look", async () => {
      await bench.driver.replace(bench.fleet, "i0", bench.good, "adopted", fence, soon());
      await becomesReady("i0");
      const { unit } = await observe("i0");
      const other = bench.reconnect();
      await other.ensureFleet(bench.fleet, fence, soon());
      expect((await other.observe(bench.fleet, soon())).i0).toMatchObject({ unit, ready: true, next: null });
      await other.replace(bench.fleet, "i0", bench.good, "adopted", fence, soon());
      expect((await other.observe(bench.fleet, soon())).i0?.unit).toEqual(unit);
    });

    test("finishes what a control plane left half done, once", async () => {
      for (const afterMs of [0, 20, 80, 250]) {
        const key = `half-done-${afterMs}`;
        await bench.driver.replace(bench.fleet, "i0", bench.better, key, fence, AbortSignal.timeout(afterMs)).catch(() => undefined);
        const other = bench.reconnect();
        await other.ensureFleet(bench.fleet, fence, soon());
        await other.replace(bench.fleet, "i0", bench.better, key, fence, soon());
        const { i0 } = await other.observe(bench.fleet, soon());
        expect(i0).toMatchObject({ unit: { key, releaseId: bench.better.releaseId, state: "running", restarts: 0 }, next: null });
        await becomesReady("i0");
        expect(await keysOf("i0")).toEqual([key, null]);
      }
    });

    test("shows one that never gets ready as running, with what its check says", async () => {
      await bench.driver.replace(bench.fleet, "i0", bench.neverReady, "never-ready", fence, soon());
      await expect.poll(async () => (await observe("i0")).probe, { timeout: withinMs }).toMatch(/^503 /);
      expect(await observe("i0")).toMatchObject({ unit: { state: "running" }, ready: false, readyForMs: null });
    });

    test("counts anew each time that readiness comes back", async () => {
      await bench.driver.replace(bench.fleet, "i0", bench.flapping, "flapping", fence, soon());
      const seen: (number | null)[] = [];
      const turns = () => seen.filter((readyForMs, index) => readyForMs === null && (seen[index - 1] ?? null) !== null).length;
      await expect.poll(async () => seen.push((await observe("i0")).readyForMs) && turns(), { timeout: withinMs, interval: 50 }).toBe(2);
      expect(Math.max(...seen.map((readyForMs) => readyForMs ?? 0))).toBeLessThan(1_700);
    });

    test("stops one that does not hear by force, and goes on", async () => {
      await bench.driver.replace(bench.fleet, "i0", bench.deaf, "deaf", fence, soon());
      await becomesReady("i0");
      await bench.driver.replace(bench.fleet, "i0", bench.good, "after-deaf", fence, soon());
      expect(await keysOf("i0")).toEqual(["after-deaf", null]);
      await becomesReady("i0");
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
        ...(bench.driver.canSurge ? [start("i0", "late"), retire("i0", "late"), discard("i0", "late")] : []),
        bench.driver.remove(bench.fleet, "i9", fence, soon()),
        bench.driver.removeFleet(bench.fleet, fence, soon()),
      ];
      for (const act of await Promise.allSettled(acts)) expect(act).toMatchObject({ status: "rejected", reason: { code: "conflict" } });
      expect(await observe("i0")).toMatchObject({ unit: before.unit, next: null });
    });

    test("ends a fleet, and the same again is harmless", async () => {
      await bench.driver.removeFleet(bench.fleet, { token: 11 }, soon());
      await bench.driver.removeFleet(bench.fleet, { token: 11 }, soon());
      await expect(bench.driver.observe(bench.fleet, soon())).rejects.toMatchObject({ code: "not-found" });
    });
  });
}
