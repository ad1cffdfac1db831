import { expect, test } from "vitest";
import type { InstanceObservation } from "#domain/engine/observation.ts";
import type { FleetLive, FleetNews } from "#domain/live.ts";
import { unpackInstances } from "#domain/pack-instances.ts";
import { createFleetStream, figuresMax } from "./fleet-stream.ts";

const seen = (index: number, change: Partial<InstanceObservation> = {}): InstanceObservation => ({
  instanceId: `i${index}`,
  unit: { key: `k${index}`, releaseId: "v1", state: "running", startedAt: 1, restarts: 0, address: null, message: null },
  ready: true,
  readySince: 1,
  probe: "200 in 1 ms",
  rotation: "in",
  inFlight: 0,
  cut: 0,
  next: null,
  passiveFailed: false,
  ...change,
});
const fleet = (size: number) => Array.from({ length: size }, (_, index) => seen(index));
const live = (instances: readonly InstanceObservation[]): FleetLive => ({
  fleetId: "f",
  at: 1,
  unreachable: null,
  instances,
  samples: [],
  evidence: [],
});
const idsOf = (news: FleetNews | null) => (news ? unpackInstances(news.instances).map(({ instanceId }) => instanceId) : null);
const changed = (instances: readonly InstanceObservation[], index: number, change: Partial<InstanceObservation>) =>
  instances.map((each, position) => (position === index ? { ...each, ...change } : each));

test("the first message tells of everything, the next only of what changed", () => {
  const stream = createFleetStream();
  const before = fleet(10_000);
  expect(idsOf(stream.next(live(before)))).toHaveLength(10_000);
  const news = stream.next(live(changed(before, 7, { rotation: "draining" })));
  expect(news).toMatchObject({ number: 2, whole: false });
  expect(idsOf(news)).toEqual(["i7"]);
});

test("one who comes later is told what the others know, under the same number", () => {
  const stream = createFleetStream();
  expect(stream.whole()).toBeNull();
  const before = fleet(3);
  stream.next(live(before));
  stream.next(live(changed(before, 1, { ready: false })));
  const whole = stream.whole();
  expect(whole).toMatchObject({ number: 2, whole: true });
  expect(whole && unpackInstances(whole.instances).map(({ ready }) => ready)).toEqual([true, false, true]);
});

test("after instances came or went everything is told", () => {
  const stream = createFleetStream();
  stream.next(live(fleet(3)));
  expect(idsOf(stream.next(live(fleet(4))))).toHaveLength(4);
  expect(idsOf(stream.next(live(fleet(4).reverse())))).toHaveLength(4);
});

test("figures of ten thousand instances come some with each message, until everybody's turn has come", () => {
  const stream = createFleetStream();
  const size = figuresMax * 3;
  stream.next(live(fleet(size)));
  const busy = fleet(size).map((each, index) => ({ ...each, inFlight: 1 + (index % 5), probe: "200 in 9 ms" }));
  const rounds = [1, 2, 3].map(() => idsOf(stream.next(live(busy))));
  expect(rounds.map((ids) => ids?.length)).toEqual([figuresMax, figuresMax, figuresMax]);
  expect(new Set(rounds.flat()).size).toBe(size);
  expect(idsOf(stream.next(live(busy)))).toEqual([]);
});

test("what is more than a figure never waits for its turn", () => {
  const stream = createFleetStream();
  const size = figuresMax * 3;
  stream.next(live(fleet(size)));
  const busy = fleet(size).map((each) => ({ ...each, inFlight: 1 }));
  const ids = idsOf(stream.next(live(changed(busy, size - 1, { ready: false, readySince: null }))));
  expect(ids).toHaveLength(figuresMax + 1);
  expect(ids).toContain(`i${size - 1}`);
});
