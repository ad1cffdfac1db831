import { expect, test } from "vitest";
import type { FleetTick, InstanceTick } from "../metric.ts";
import { binOf } from "./histogram.ts";
import { instanceCourse, peersMax } from "./instance-course.ts";

const second = (change: Partial<InstanceTick> & { readonly ms?: number; readonly requests?: number } = {}): InstanceTick => {
  const { ms = 10, requests = 20, ...rest } = change;
  return {
    unitKey: "k",
    releaseId: "v2",
    slots: [[requests, 0], ...Array.from({ length: 9 }, () => [0, 0] as const)],
    bins: requests > 0 ? [[binOf(ms), requests]] : [],
    inFlight: 0,
    cut: 0,
    readyForMs: 60_000,
    inRotation: true,
    usage: { cpu: 0.5, memoryBytes: 1_000, restarts: 0 },
    ...rest,
  };
};
const ticksOf = (count: number, instances: (index: number) => Record<string, InstanceTick>): FleetTick[] =>
  Array.from({ length: count }, (_, index) => ({ number: index + 1, at: 100_000 + index * 1_000, instances: instances(index) }));
const peers = (latencies: readonly number[]) => Object.fromEntries(latencies.map((ms, index) => [`p${index}`, second({ ms })]));

test("an instance stands beside the middle half of its release", () => {
  const course = instanceCourse(
    ticksOf(5, () => ({ i0: second({ ms: 200, requests: 40 }), ...peers([10, 20, 30, 40]), old: second({ releaseId: "v1", ms: 1 }) })),
    "i0",
  );
  expect(course).toMatchObject({ releaseId: "v2", peers: 4, widthMs: 5_000 });
  expect(course.points).toHaveLength(1);
  expect(course.points[0]?.own).toMatchObject({ requestsPerSecond: 40, errorPercent: 0, cpu: 0.5, memoryBytes: 1_000 });
  expect(course.points[0]?.own.latencyMsP95).toBeCloseTo(200, -1);
  const band = course.points[0]?.peers.latencyMsP95;
  expect([band?.quarter, band?.median, band?.threeQuarters].map((ms) => Math.round(ms ?? 0))).toEqual([10, 20, 30]);
});

test("stretches are of five seconds, oldest first", () => {
  const course = instanceCourse(
    ticksOf(12, () => ({ i0: second() })),
    "i0",
  );
  expect(course.points.map(({ at }) => at)).toEqual([100_000, 105_000, 110_000]);
});

test("what another release did in this instance is another story", () => {
  const course = instanceCourse(
    ticksOf(10, (index) => ({ i0: second({ releaseId: index < 5 ? "v1" : "v2" }) })),
    "i0",
  );
  expect(course.points.map(({ own }) => own.requestsPerSecond)).toEqual([null, 20]);
});

test("without an answer there is no latency and no share of failures; without usage no usage", () => {
  const course = instanceCourse(
    ticksOf(2, () => ({ i0: second({ requests: 0, usage: { cpu: null, memoryBytes: null, restarts: 0 } }) })),
    "i0",
  );
  expect(course.points[0]?.own).toEqual({ requestsPerSecond: 0, errorPercent: null, latencyMsP95: null, cpu: null, memoryBytes: null });
  expect(course.points[0]?.peers.latencyMsP95).toBeNull();
});

test("an instance that is not there, and a fleet of ten thousand", () => {
  expect(
    instanceCourse(
      ticksOf(3, () => ({ i0: second() })),
      "gone",
    ),
  ).toMatchObject({ releaseId: null, peers: 0 });
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`i${index}`, second({ ms: index < 5_000 ? 10 : 30 })]));
  const course = instanceCourse(
    ticksOf(5, () => many),
    "i0",
  );
  expect(course.peers).toBe(peersMax);
  expect(Math.round(course.points[0]?.peers.latencyMsP95?.threeQuarters ?? 0)).toBe(30);
});
