import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { UnitTarget } from "#domain/engine/effect.ts";
import type { Fleet } from "#domain/fleet.ts";
import type { Driver, Fence } from "#server/drivers/driver.ts";
import { startOpenLoad } from "#server/testing/open-load.ts";
import type { Balancer, RotationObservation } from "./balancer.ts";

/** What a balancer's test brings: a fleet of two running instances, `i0` and `i1` ready and out of rotation, `i2` never ready. */
export interface BalancerBench {
  readonly balancer: Balancer;
  /** Runs the units. */
  readonly driver: Pick<Driver, "observe" | "retire">;
  readonly fleet: Fleet;
  /** Where users' traffic arrives. */
  readonly url: string;
  /** The instance that answered, from an answer's text. */
  readonly whoAnswered: (text: string) => Promise<string>;
  /** A path that takes this many milliseconds to answer. */
  readonly slowPath: (ms: number) => string;
  /** False for one that can only count what is left at a drain's end, which goes on until its instance is stopped. */
  readonly cuts: boolean;
  /** Ends it and starts it again, by whatever an administrator would do. */
  readonly restart: () => Promise<unknown>;
  /** Starts a second unit of the instance, under the key `next/<id>`, which answers as `<id>-next`. Resolves when it is ready; it is out of rotation. */
  readonly startNext: (id: string, fence: Fence) => Promise<void>;
  close(): Promise<void>;
}

const withinMs = 20_000;

/** What any balancer must do, whatever carries the traffic. */
export function describeBalancer(name: string, make: () => Promise<BalancerBench>): void {
  describe(`${name} as a load balancer`, () => {
    let bench: BalancerBench;
    const fence = { token: 10 };
    let newest = fence;
    const soon = () => AbortSignal.timeout(withinMs);
    const look = async () => bench.balancer.observe(bench.fleet, { units: await bench.driver.observe(bench.fleet, soon()), fence: newest }, soon());
    const observe = async (id: string) => (await look())[id] as RotationObservation;
    const placeOf = async (instanceId: string, target: UnitTarget, act: string) => {
      const unit = (await bench.driver.observe(bench.fleet, soon()))[instanceId] ?? null;
      return { instanceId, target, key: `${act}/${instanceId}`, seen: target === "unit" ? unit : (unit?.next ?? null) };
    };
    const restore = async (id: string, token = fence, target: UnitTarget = "unit") =>
      bench.balancer.restore(bench.fleet, await placeOf(id, target, "restore"), token, soon());
    const drain = async (id: string, timeoutMs: number, target: UnitTarget = "unit", token = fence) =>
      bench.balancer.drain(bench.fleet, await placeOf(id, target, "drain"), timeoutMs, token, soon());
    const becomes = (id: string, rotation: RotationObservation["rotation"]) =>
      expect.poll(async () => (await observe(id)).rotation, { timeout: withinMs }).toBe(rotation);
    const answerers = async (count: number) => {
      const answers = Array.from({ length: count }, async () => bench.whoAnswered(await (await fetch(bench.url)).text()));
      return [...new Set(await Promise.all(answers))].toSorted();
    };

    beforeAll(async () => {
      bench = await make();
      await bench.balancer.ensureFleet(bench.fleet, fence, soon());
    });
    afterAll(() => bench.close());

    test("answers for itself while no instance is in rotation", async () => {
      const response = await fetch(bench.url);
      expect(response.status).toBe(503);
      expect(await observe("i0")).toEqual({ rotation: "out", inFlight: 0, cut: 0, next: null });
    });

    test("takes in only what is ready", async () => {
      await expect(restore("i2")).rejects.toMatchObject({ code: "not-allowed-now" });
      expect((await observe("i2")).rotation).toBe("out");
    });

    test("spreads requests over what is in rotation, and restoring twice is once", async () => {
      await restore("i0");
      await becomes("i0", "in");
      expect(await answerers(6)).toEqual(["i0"]);
      await restore("i1");
      await restore("i1");
      await becomes("i1", "in");
      expect(await answerers(12)).toEqual(["i0", "i1"]);
    });

    test("lets requests in flight end before an instance is out, and gives it no new one", async () => {
      await drain("i1", 10_000);
      await becomes("i1", "out");
      const slow = fetch(bench.url + bench.slowPath(2_000));
      await expect.poll(async () => (await observe("i0")).inFlight, { timeout: withinMs }).toBe(1);
      await restore("i1");
      await drain("i0", 10_000);
      expect(await observe("i0")).toEqual({ rotation: "draining", inFlight: 1, cut: 0, next: null });
      expect(await answerers(8)).toEqual(["i1"]);
      expect((await slow).status).toBe(200);
      await becomes("i0", "out");
      expect(await observe("i0")).toEqual({ rotation: "out", inFlight: 0, cut: 0, next: null });
    });

    test("cuts what is left at the deadline, and counts it", async () => {
      const slow = fetch(bench.url + bench.slowPath(15_000)).then(
        (response) => response.status,
        () => 0,
      );
      await expect.poll(async () => (await observe("i1")).inFlight, { timeout: withinMs }).toBe(1);
      await drain("i1", 300);
      await becomes("i1", "out");
      const left = bench.cuts ? 0 : 1;
      await expect.poll(() => observe("i1"), { timeout: withinMs }).toEqual({ rotation: "out", inFlight: left, cut: 1, next: null });
      // What is cut is a broken connection, or the balancer's own word.
      if (bench.cuts) expect([0, 502, 503]).toContain(await slow);
    });

    test("takes back an instance that still drains", async () => {
      await restore("i0");
      const slow = fetch(bench.url + bench.slowPath(1_500));
      await expect.poll(async () => (await observe("i0")).inFlight, { timeout: withinMs }).toBe(1);
      await drain("i0", 200);
      await restore("i0");
      expect((await slow).status).toBe(200);
      expect((await observe("i0")).rotation).toBe("in");
    });

    test("moves requests from an instance's unit to its second one and back, each by itself", async () => {
      await bench.startNext("i0", fence);
      expect(await observe("i0")).toMatchObject({ rotation: "in", next: { rotation: "out", inFlight: 0, cut: 0 } });
      expect(await answerers(6)).toEqual(["i0"]);
      await restore("i0", fence, "next");
      expect(await answerers(12)).toEqual(["i0", "i0-next"]);
      const slow = fetch(bench.url + bench.slowPath(1_000));
      await expect.poll(async () => inFlightOf(await observe("i0")), { timeout: withinMs }).toBe(1);
      await drain("i0", 10_000);
      expect(await answerers(6)).toEqual(["i0-next"]);
      expect((await slow).status).toBe(200);
      await becomes("i0", "out");
      await restore("i0");
      await drain("i0", 10_000, "next");
      await expect.poll(async () => (await observe("i0")).next?.rotation, { timeout: withinMs }).toBe("out");
      expect(await answerers(6)).toEqual(["i0"]);
    });

    test("finds a second unit that is not there out of rotation already, and does not take it in", async () => {
      await drain("i1", 10_000, "next");
      await expect(restore("i1", fence, "next")).rejects.toMatchObject({ code: "not-allowed-now" });
    });

    test("knows a second unit that has taken the first one's place for what it is", async () => {
      await restore("i0", fence, "next");
      await drain("i0", 10_000);
      await becomes("i0", "out");
      await bench.driver.retire(bench.fleet, "i0", "next/i0", fence, soon());
      expect(await observe("i0")).toEqual({ rotation: "in", inFlight: 0, cut: 0, next: null });
      expect(await answerers(6)).toEqual(["i0-next"]);
    });

    test("fails no request while instances are drained and restored under load, one always in rotation", async () => {
      await restore("i1");
      const load = startOpenLoad(bench.url, 100);
      for (const id of ["i0", "i1", "i0", "i1"]) {
        await drain(id, 10_000);
        await becomes(id, "out");
        expect(Object.values(await look()).filter(({ rotation }) => rotation === "in")).toHaveLength(1);
        const before = load.answered();
        await expect.poll(() => load.answered(), { timeout: withinMs }).toBeGreaterThan(before + 20);
        await restore(id);
        await becomes(id, "in");
      }
      const { statuses } = await load.end();
      expect(Object.keys(statuses)).toEqual(["200"]);
    });

    test("says after its restart what it still has in rotation, and takes in again what it has forgotten", async () => {
      await bench.restart();
      await expect.poll(() => look().then(Object.keys, () => []), { timeout: withinMs }).toContain("i0");
      for (const id of ["i0", "i1"]) {
        if ((await observe(id)).rotation === "out") await restore(id);
        expect((await observe(id)).rotation).toBe("in");
      }
      expect(await answerers(12)).toEqual(["i0-next", "i1"]);
    });

    test("gives no request to a unit that is gone", async () => {
      const { i0: _, ...others } = await bench.driver.observe(bench.fleet, soon());
      const gone = { unit: null, ready: false, readyForMs: null, probe: null, next: null };
      const told = { units: { ...others, i0: gone }, fence };
      // The runtime sees its own units by itself.
      if ((await bench.balancer.observe(bench.fleet, told, soon())).i0?.rotation === "in") return;
      await expect.poll(() => answerers(6), { timeout: withinMs }).toEqual(["i1"]);
      expect((await observe("i0")).rotation).toBe("out");
      await restore("i0");
    });

    test("refuses a lower token than it has seen", async () => {
      await drain("i1", 10_000);
      await becomes("i1", "out");
      newest = { token: 11 };
      await restore("i0", newest);
      await drain("i0", 10_000, "unit", newest);
      await becomes("i0", "out");
      await restore("i0", newest);
      await expect(drain("i0", 1_000)).rejects.toMatchObject({ code: "conflict" });
      await expect(restore("i1")).rejects.toMatchObject({ code: "conflict" });
      expect([(await observe("i0")).rotation, (await observe("i1")).rotation]).toEqual(["in", "out"]);
    });

    test("ends by its signal", async () => {
      await expect(bench.balancer.observe(bench.fleet, { units: {}, fence: null }, AbortSignal.abort())).rejects.toMatchObject({
        code: "unavailable",
      });
    });
  });
}

function inFlightOf({ inFlight, next }: RotationObservation): number {
  return inFlight + (next?.inFlight ?? 0);
}
