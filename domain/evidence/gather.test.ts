import { describe, expect, test } from "vitest";
import type { FleetTick, InstanceTick } from "../metric.ts";
import { Table } from "../table.ts";
import type { Baseline } from "./baseline.ts";
import { gatherInterval, mergeTicks, mergeTotals, toReleaseSamples } from "./gather.ts";
import { binOf, createHistogram, quantileMs, record, toBins } from "./histogram.ts";
import { addArms, emptyArm } from "./interval.ts";
import { slotLengthsMs } from "./slots.ts";

const rollout = {
  baseline: null,
  releaseId: "v2",
  updates: Table.from([
    ["i0", { wayBackId: "v1", zone: "a" }],
    ["i1", { wayBackId: "v1", zone: "a" }],
    ["i2", { wayBackId: null, zone: "a" }],
  ]),
};
const warmUpMs = 10_000;

describe("gatherInterval", () => {
  test("splits a tick into the target and the ways back", () => {
    const interval = gather({ i0: unit("v2", { failed: 2 }), i1: unit("v1", {}), i2: unit("v1", { failed: 1 }) });
    expect(interval).toMatchObject({ number: 7, at: 7_000, oldServes: true });
    expect(interval?.new).toMatchObject({ requests: 30, failed: 2 });
    expect(interval?.old).toMatchObject({ requests: 60, failed: 1 });
    expect(interval?.new.errors).toEqual([
      [1, 1],
      [1, 2],
      [1, 5],
      [1, 10],
    ]);
    expect(interval?.old.errors[slotLengthsMs.indexOf(1_000)]).toEqual([1, 2]);
  });

  test("does not mind the order in which instances are named", () => {
    const instances = { i0: unit("v2", { failed: 2 }), i1: unit("v1", {}), i2: unit("v1", { failed: 1 }) };
    const reversed = Object.fromEntries(Object.entries(instances).toReversed());
    expect(gather(reversed)).toEqual(gather(instances));
  });

  test("leaves units out while they warm up, in both arms", () => {
    const fresh = { readyForMs: warmUpMs - 1 };
    const interval = gather({ i0: unit("v2", fresh), i1: unit("v1", fresh), i2: unit("v1", { readyForMs: warmUpMs }) });
    expect(interval?.new.requests).toBe(0);
    expect(interval?.old.requests).toBe(30);
    expect(gather({ i0: unit("v2", { readyForMs: null }) })?.new.requests).toBe(0);
  });

  test("an old unit that warms up still serves", () => {
    expect(gather({ i0: unit("v2", {}), i1: unit("v1", { readyForMs: 5 }) })?.oldServes).toBe(true);
  });

  test("says when no old release serves any more", () => {
    expect(gather({ i0: unit("v2", {}), i1: unit("v1", { inRotation: false, quiet: true }) })?.oldServes).toBe(false);
    expect(gather({ i0: unit("v2", {}), i1: unit("v1", { inRotation: false }) })?.oldServes).toBe(true);
  });

  test("leaves releases out that are neither", () => {
    const interval = gather({ i0: unit("v0", {}), i1: unit("v1", {}) });
    expect(interval?.new.requests).toBe(0);
    expect(interval?.old.requests).toBe(30);
  });

  test("is quiet where nothing ended, and nothing where no instance is known", () => {
    expect(gather({ i0: unit("v2", { quiet: true }), i1: unit("v1", { quiet: true }) })?.old.requests).toBe(0);
    expect(gather({})).toBeNull();
  });
});

describe("slots that fail one after the other", () => {
  const seconds = slotLengthsMs.indexOf(1_000);
  const failing = unit("v1", { failed: 1 });
  const sound = unit("v1", {});
  const runsAfter = (before: Record<string, InstanceTick>, now: Record<string, InstanceTick>) =>
    gatherInterval({ tick: tick(now), before: tick(before), rollout, warmUpMs })?.runs?.["slots-errors"]?.[seconds];

  test("are counted on each instance, beside what chance would make", () => {
    expect(runsAfter({ i1: failing, i2: sound }, { i1: failing, i2: sound })).toEqual([1, 0.5, 1]);
    expect(runsAfter({ i1: sound, i2: failing }, { i1: failing, i2: sound })).toEqual([0, 0.5, 1]);
  });

  test("are those of the old release, of one unit, with a second before them", () => {
    expect(runsAfter({ i0: unit("v2", { failed: 1 }) }, { i0: unit("v2", { failed: 1 }) })).toBeUndefined();
    expect(runsAfter({ i1: { ...failing, unitKey: "another" } }, { i1: failing })).toBeUndefined();
    expect(gather({ i1: failing })?.runs).toBeUndefined();
  });

  test("slow ones above a threshold, too", () => {
    const baseline: Baseline = { errorsUnit: "slots", requests: 2_000, bins: { p99: binOf(100) }, hosts: {} };
    const slow = tick({ i1: unit("v1", { latencyMs: 500 }) });
    const { runs } = gatherInterval({ tick: slow, before: slow, rollout: { ...rollout, baseline }, warmUpMs }) ?? {};
    expect(runs?.["latency-p99"]?.[seconds]).toEqual([1, 1, 1]);
    expect(runs?.["slots-errors"]).toBeUndefined();
  });
});

describe("zones", () => {
  const spread = (zones: readonly string[]) => zones.map((zone, index) => [`i${index}`, zone] as const);
  const at = (units: readonly (readonly [string, string])[], fresh: readonly number[], change: (index: number) => Traffic = () => ({})) =>
    gatherInterval({
      tick: tick(Object.fromEntries(units.map(([name], index) => [name, unit(fresh.includes(index) ? "v2" : "v1", change(index))]))),
      rollout: { ...rollout, updates: Table.from(units.map(([name, zone]) => [name, { wayBackId: "v1", zone }])) },
      warmUpMs,
    });
  const requestsOf = (interval: ReturnType<typeof gather>) => interval?.strata?.map((stratum) => [stratum.old.requests, stratum.new.requests]);

  test("in which both releases serve are compared within themselves, the others together", () => {
    const units = spread(["a", "a", "a", "b", "b", "b", "c", "c"]);
    expect(requestsOf(at(units, [0, 3]))).toEqual([
      [60, 30],
      [60, 30],
      [60, 0],
    ]);
  });

  test("with fewer than two old units join what is left of the others", () => {
    const units = spread(["a", "a", "a", "b", "b", "c", "c"]);
    expect(requestsOf(at(units, [0, 3, 5]))).toEqual([
      [60, 30],
      [60, 60],
    ]);
    expect(requestsOf(at(units, [3]))).toBeUndefined();
  });

  test("always add up to the whole", () => {
    const units = spread(["a", "a", "a", "b", "b", "b", "c", "d"]);
    const interval = at(units, [0, 6], (index) => ({ failed: index % 3 }));
    const strata = interval?.strata ?? [];
    expect(strata).toHaveLength(2);
    for (const arm of ["old", "new"] as const) expect(strata.map((stratum) => stratum[arm]).reduce(addArms, emptyArm)).toEqual(interval?.[arm]);
  });

  test("are the whole fleet where there is one, or more than eight, or none in which both serve", () => {
    const zonesOf = (count: number) => Array.from({ length: 3 * count }, (_, index) => `z${index % count}`);
    expect(at(spread(zonesOf(1)), [0])?.strata).toBeUndefined();
    expect(at(spread(zonesOf(8)), [0])?.strata).toHaveLength(2);
    expect(at(spread(zonesOf(9)), [0])?.strata).toBeUndefined();
    expect(at(spread(zonesOf(3)), [])?.strata).toBeUndefined();
  });

  test("do not count units that warm up", () => {
    const units = spread(["a", "a", "a", "b", "b", "b"]);
    const warming = (index: number) => (index === 0 || index === 4 ? { readyForMs: 1 } : {});
    expect(requestsOf(at(units, [0, 3], warming))).toBeUndefined();
    expect(requestsOf(at(units, [3], (index) => (index === 0 ? { readyForMs: 1 } : {})))).toEqual([
      [60, 30],
      [60, 0],
    ]);
  });
});

describe("hosts that are known", () => {
  const baseline: Baseline = {
    errorsUnit: "slots",
    requests: 1_000_000,
    bins: { p50: binOf(20), p99: binOf(100) },
    hosts: { i1: { levels: { errors: 2.5, p99: 0.5 }, bins: { p50: binOf(20) - 0.25 } } },
  };
  const known = { ...rollout, baseline };

  test("weigh their trials by their level, events and requests as they are", () => {
    const instances = { i0: unit("v1", { failed: 1 }), i1: unit("v1", { failed: 1 }) };
    const { old } = gatherInterval({ tick: tick(instances), rollout: known, warmUpMs }) ?? {};
    expect(old).toMatchObject({ requests: 60, failed: 2, used: [2, 4, 10, 20] });
    expect(old?.errors).toEqual([
      [2, 3.5],
      [2, 7],
      [2, 17.5],
      [2, 35],
    ]);
    expect(old?.latency?.p99?.slots[0]).toEqual([0, 1.5]);
  });

  test("are asked for their own median, in which their bin may be slow in part", () => {
    const instances = { i0: unit("v1", {}), i1: unit("v1", {}) };
    const { old } = gatherInterval({ tick: tick(instances), rollout: known, warmUpMs }) ?? {};
    expect(old?.latency?.p50).toEqual({ slow: 30 * 0.25, slots: [[0.25, 2]] });
  });

  test("count a slow answer in its slot, and the first of the second for the median", () => {
    const second = unit("v1", {});
    const latency = second.slots.map((_, slot): [number, number] =>
      slot === 0 ? [binOf(90), binOf(90)] : [binOf(20), binOf(slot === 3 ? 300 : 20)],
    );
    const { old } = gatherInterval({ tick: tick({ i0: { ...second, latency } }), rollout: known, warmUpMs }) ?? {};
    expect(old?.latency?.p50?.slots).toEqual([[1, 1]]);
    expect(old?.latency?.p99?.slots).toEqual([
      [1, 1],
      [1, 2],
      [1, 5],
      [1, 10],
    ]);
  });

  test("give no latency where the source has none", () => {
    const { latency: _, ...second } = unit("v1", {});
    expect(gatherInterval({ tick: tick({ i0: second }), rollout: known, warmUpMs })?.old.latency).toBeUndefined();
  });
});

test("silence is a unit in rotation without an answer in its second", () => {
  const instances = { i0: unit("v2", { quiet: true }), i1: unit("v1", { quiet: true, inRotation: false }), i2: unit("v1", {}) };
  const interval = gather(instances);
  expect([interval?.old.silent, interval?.new.silent]).toEqual([
    [0, 1],
    [1, 1],
  ]);
});

describe("mergeTicks", () => {
  test("adds counts and histograms by release, warm-up included", () => {
    const ticks = [
      tick({ i0: unit("v2", { latencyMs: 10, readyForMs: 1, cut: 2 }), i1: unit("v1", { latencyMs: 5 }) }),
      tick({ i0: unit("v2", { latencyMs: 90, failed: 4 }) }),
    ];
    const totals = mergeTicks(ticks);
    expect(totals["v2"]).toEqual({
      requests: 60,
      failed: 4,
      cut: 2,
      bins: [
        [binOf(10), 30],
        [binOf(90), 30],
      ],
      usage: null,
    });
    expect(totals["v1"]).toMatchObject({ requests: 30, failed: 0 });
  });

  test("stored parts add up to the whole", () => {
    const first = tick({ i0: unit("v2", { latencyMs: 10 }) });
    const second = tick({ i0: unit("v2", { latencyMs: 80, failed: 3, cut: 1 }) });
    const parts = [first, second].flatMap((one) => mergeTicks([one])["v2"] ?? []);
    expect(mergeTotals(parts)).toEqual(mergeTicks([first, second])["v2"]);
  });

  test("what instances take adds up, and a chart shows the mean of one", () => {
    const used = (cpu: number, memoryBytes: number) => ({ ...unit("v2", {}), usage: { cpu, memoryBytes, restarts: 0 } });
    const ticks = [tick({ i0: used(0.25, 100), i1: used(0.75, 300), i2: unit("v1", {}) }), tick({ i0: used(0.5, 200) })];
    expect(mergeTicks(ticks)["v2"]?.usage).toEqual({ unitSeconds: 3, cpuSeconds: 1.5, memoryByteSeconds: 600, restarts: 0 });
    const samples = toReleaseSamples(ticks, { at: 0, widthMs: 2_000 });
    expect(samples.map(({ releaseId, usage }) => [releaseId, usage])).toEqual([
      ["v2", { cpu: 0.5, memoryBytes: 200, restarts: 0 }],
      ["v1", null],
    ]);
  });
});

test("toReleaseSamples reads percentiles from the merged histogram", () => {
  const ticks = [tick({ i0: unit("v2", { latencyMs: 10 }), i1: unit("v2", { latencyMs: 500 }), i2: unit("v1", { quiet: true }) })];
  const [fresh, old] = toReleaseSamples(ticks, { at: 7_000, widthMs: 1_000 });
  expect(fresh).toMatchObject({ releaseId: "v2", at: 7_000, widthMs: 1_000, requests: 60 });
  expect(fresh?.latencyMsP50).toBe(quantileMs(recorded(10), 0.5));
  expect(fresh?.latencyMsP99).toBe(quantileMs(recorded(500), 0.5));
  expect(old).toMatchObject({ releaseId: "v1", requests: 0, latencyMsP50: null, latencyMsP95: null, latencyMsP99: null });
});

interface Traffic {
  readonly failed?: number;
  readonly readyForMs?: number | null;
  readonly inRotation?: boolean;
  readonly quiet?: boolean;
  readonly latencyMs?: number;
  readonly cut?: number;
}

/** Thirty requests in ten slots, or none; the failures all in the first slot. */
function unit(
  releaseId: string,
  { failed = 0, readyForMs = 60_000, inRotation = true, quiet = false, latencyMs = 20, cut = 0 }: Traffic,
): InstanceTick {
  const slots = Array.from({ length: 10 }, (_, slot): [number, number] => (quiet ? [0, 0] : [3, slot === 0 ? failed : 0]));
  const histogram = createHistogram();
  if (!quiet) for (let request = 0; request < 30; request += 1) record(histogram, latencyMs);
  const latency = slots.map(([requests]): [number, number] | null => (requests === 0 ? null : [binOf(latencyMs), binOf(latencyMs)]));
  return { unitKey: "k", releaseId, slots, latency, bins: toBins(histogram), inFlight: 0, cut, readyForMs, inRotation };
}

function recorded(latencyMs: number) {
  const histogram = createHistogram();
  record(histogram, latencyMs);
  return histogram;
}

function tick(instances: Record<string, InstanceTick>): FleetTick {
  return { number: 7, at: 7_000, instances };
}

function gather(instances: Record<string, InstanceTick>) {
  return gatherInterval({ tick: tick(instances), rollout, warmUpMs });
}
