import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { baselineOf, type InstanceHistory, requestsNeeded, slownessOf, thresholdMs } from "./baseline.ts";
import { binLowerMs, binUpperMs, type SparseBins } from "./histogram.ts";

describe("thresholds", () => {
  test.each([
    [39, []],
    [40, ["p50"]],
    [199, ["p50"]],
    [200, ["p50", "p90"]],
    [1_999, ["p50", "p90"]],
    [2_000, ["p50", "p90", "p99"]],
    [20_000, ["p50", "p90", "p99", "p99.9"]],
  ] as const)("of %d requests, those that 20 lie above: %j", (requests, names) => {
    expect(Object.keys(baselineOf([host("i0", { bins: [[100, requests]] })], "slots").bins)).toEqual(names);
    for (const name of names) expect(requestsNeeded(name)).toBeLessThanOrEqual(requests);
  });

  test("leave just the quantile's part of the requests above, in whole bins where events are rare", () => {
    const bins = Array.from({ length: 400 }, (_, index) => [100 + index, 50 + index] as const);
    const { bins: thresholds } = baselineOf([host("i0", { bins })], "slots");
    expect(slowPart(bins, thresholds.p50)).toBeCloseTo(0.5, 5);
    expect(slowPart(bins, thresholds.p90)).toBeCloseTo(0.1, 5);
    for (const [name, part] of [
      ["p99", 0.01],
      ["p99.9", 0.001],
    ] as const) {
      const threshold = thresholds[name] ?? Number.NaN;
      expect(Number.isInteger(threshold)).toBe(true);
      expect(slowPart(bins, threshold)).toBeLessThanOrEqual(part);
      expect(slowPart(bins, threshold - 1)).toBeGreaterThan(part);
    }
  });

  test("are of all instances together", () => {
    const histories = [host("i0", { bins: [[100, 1_990]] }), host("i1", { bins: [[500, 10]] })];
    expect(baselineOf(histories, "slots")).toMatchObject({ requests: 2_000, bins: { p99: 100 } });
    expect(baselineOf([...histories, host("i2", { bins: [[500, 11]] })], "slots").bins.p99).toBe(500);
  });

  test("in milliseconds lie at the edge of a bin, or as far inside it as their fraction says", () => {
    expect(thresholdMs(300)).toBe(binUpperMs(300));
    expect(thresholdMs(299.5)).toBeCloseTo((binLowerMs(300) + binUpperMs(300)) / 2, 9);
    expect(thresholdMs(299.000001)).toBeCloseTo(binLowerMs(300), 6);
  });

  test("of nothing are none", () => {
    expect(baselineOf([], "raw")).toEqual({ errorsUnit: "raw", requests: 0, bins: {}, hosts: {} });
  });
});

describe("slownessOf", () => {
  test("is a step where the threshold is whole, and a part of its own bin where it is not", () => {
    expect([299, 300, 301, 400].map((bin) => slownessOf(bin, 300))).toEqual([0, 0, 1, 1]);
    expect([299, 300, 301].map((bin) => slownessOf(bin, 299.75))).toEqual([0, 0.25, 1]);
  });
});

describe("levels of hosts", () => {
  const alike = (more: readonly InstanceHistory[]) => [...Array.from({ length: 8 }, (_, index) => host(`i${index}`, { failedSlots: 100 })), ...more];

  test("are what was seen against what was expected, pulled to 1 by 20 events", () => {
    const { hosts } = baselineOf(alike([host("bad", { failedSlots: 300 }), host("good", { failedSlots: 100 })]), "slots");
    // 1,200 failures of 10 hosts: 120 are expected of each. Slots are so seldom full that they are as good as failures.
    expect(hosts["bad"]?.levels.errors).toBeCloseTo((300 + 20) / (120 + 20), 1);
    expect(hosts["good"]?.levels.errors).toBeCloseTo((100 + 20) / (120 + 20), 1);
  });

  test("are those of failures that come one by one, where slots are often full", () => {
    // Twice the failures in slots that are full for 30 % of the time: 51 % are full then, not 60 %.
    const full = (part: number) => ({ slots: 100_000, failedSlots: part * 100_000 });
    const { hosts } = baselineOf([host("i0", full(0.3)), host("i1", full(0.3)), host("twice", full(0.51))], "slots");
    const one = hosts["i0"]?.levels.errors ?? 0;
    expect((hosts["twice"]?.levels.errors ?? 0) / one).toBeCloseTo(2, 1);
    expect(baselineOf([host("i0", full(0.3)), host("all", full(1))], "slots").hosts["all"]?.levels.errors).toBeLessThan(10);
  });

  test("of slow answers are told by the fleet's threshold", () => {
    const usual: SparseBins = [
      [100, 9_900],
      [300, 100],
    ];
    const slow: SparseBins = [
      [100, 9_700],
      [300, 300],
    ];
    const histories = [...Array.from({ length: 9 }, (_, index) => host(`i${index}`, { bins: usual })), host("slow", { bins: slow })];
    const { bins, hosts } = baselineOf(histories, "slots");
    expect(bins.p99).toBe(300);
    const faster = histories.map((each) => ({ ...each, bins: [...each.bins, [500, each.instanceId === "slow" ? 180 : 60] as const] }));
    const told = baselineOf(faster, "slots");
    expect(told.bins.p99).toBe(300);
    // 720 above it in all, 72 expected of each, and each bin above counts.
    expect(told.hosts["slow"]?.levels.p99).toBeCloseTo((180 + 20) / (72 + 20), 1);
    expect(hosts["slow"]?.levels.p99).toBeUndefined();
  });

  test("are left out where they are 1, or where the host was seen for less than ten minutes", () => {
    expect(baselineOf(alike([]), "slots").hosts).toEqual({});
    const short = alike([host("new", { failedSlots: 300, seconds: 599 })]);
    expect(baselineOf(short, "slots").hosts["new"]).toBeUndefined();
    expect(baselineOf(alike([host("new", { failedSlots: 300, seconds: 600 })]), "slots").hosts["new"]).toBeDefined();
  });

  test("never make a host of which nothing is known unlike the fleet", () => {
    const { hosts } = baselineOf(alike([host("idle", { slots: 0, failedSlots: 0, bins: [] })]), "slots");
    expect(hosts["idle"]).toBeUndefined();
  });
});

describe("a host's own median and ninth decile", () => {
  test("leave the same part of its requests above them as the fleet's of all", () => {
    const around = (middle: number, requests: number): SparseBins =>
      Array.from({ length: 21 }, (_, index) => [middle - 10 + index, requests / 21] as const);
    const histories = [
      ...Array.from({ length: 9 }, (_, index) => host(`i${index}`, { bins: around(300, 210_000) })),
      host("slow", { bins: around(320, 210_000) }),
    ];
    const { bins, hosts } = baselineOf(histories, "slots");
    for (const [name, part] of [
      ["p50", 0.5],
      ["p90", 0.1],
    ] as const) {
      expect(slowPart(around(320, 210_000), hosts["slow"]?.bins[name])).toBeCloseTo(part, 2);
      expect(slowPart(around(320, 210_000), bins[name])).toBeGreaterThan(2 * part - 0.1);
    }
  });

  test("are pulled to the fleet's where it served few requests", () => {
    const fleet = Array.from({ length: 9 }, (_, index) => host(`i${index}`, { bins: [[300, 100_000]] }));
    // Twenty requests above the fleet's median are forty requests of the fleet.
    const seen = (requests: number) =>
      baselineOf([...fleet, host("slow", { bins: [[400, requests]] })], "slots").hosts["slow"]?.bins.p50 ?? Number.NaN;
    expect(seen(4)).toBeLessThan(301);
    expect(seen(400)).toBeGreaterThan(399);
  });
});

test("whatever was seen, levels are positive and thresholds lie among the bins", () => {
  const anyHost = fc.record({
    failedSlots: fc.nat(50),
    slots: fc.integer({ min: 50, max: 36_000 }),
    seconds: fc.nat(3_600),
    bins: fc.array(fc.tuple(fc.nat(1_023), fc.integer({ min: 1, max: 5_000 })), { maxLength: 8 }),
  });
  fc.assert(
    fc.property(fc.array(anyHost, { maxLength: 6 }), (seen) => {
      const baseline = baselineOf(
        seen.map((each, index) => host(`i${index}`, each)),
        "slots",
      );
      for (const { levels, bins } of Object.values(baseline.hosts)) {
        for (const level of Object.values(levels)) expect(level).toBeGreaterThan(0);
        for (const threshold of Object.values(bins)) expect(threshold).toBeGreaterThan(-1);
      }
      for (const threshold of Object.values(baseline.bins)) expect(threshold).toBeLessThan(1_024);
      expect(JSON.parse(JSON.stringify(baseline))).toEqual(baseline);
    }),
    { seed: 1 },
  );
});

function host(instanceId: string, seen: Partial<InstanceHistory>): InstanceHistory {
  return { instanceId, releaseId: "v1", seconds: 3_600, failedSlots: 0, slots: 36_000, bins: [], ...seen };
}

function slowPart(bins: SparseBins, threshold = Number.NaN): number {
  const all = bins.reduce((sum, [, count]) => sum + count, 0);
  return bins.reduce((sum, [bin, count]) => sum + count * slownessOf(bin, threshold), 0) / all;
}
