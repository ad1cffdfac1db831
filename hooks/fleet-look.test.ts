import { expect, test } from "vitest";
import type { InstanceObservation } from "#domain/engine/observation.ts";
import type { FleetNews } from "#domain/live.ts";
import { packInstances } from "#domain/pack-instances.ts";
import { type FleetLook, takeNews } from "./fleet-look.ts";

const seen = (instanceId: string, change: Partial<InstanceObservation> = {}): InstanceObservation => ({
  instanceId,
  unit: null,
  ready: true,
  readySince: 1,
  probe: null,
  rotation: "in",
  inFlight: 0,
  cut: 0,
  next: null,
  passiveFailed: false,
  ...change,
});
const news = (number: number, whole: boolean, ...instances: InstanceObservation[]): FleetNews => ({
  fleetId: "f",
  at: 1_000 * number,
  unreachable: null,
  samples: [],
  evidence: [],
  number,
  whole,
  instances: packInstances(instances),
});
const first = takeNews(null, news(4, true, seen("i0"), seen("i1"), seen("i2"))) as FleetLook;

test("changes are put where they belong, and the rest stays the very object it was", () => {
  const after = takeNews(first, news(5, false, seen("i1", { rotation: "draining" })));
  expect(after?.live.instances.map(({ instanceId, rotation }) => `${instanceId} ${rotation}`)).toEqual(["i0 in", "i1 draining", "i2 in"]);
  expect(after?.seen.get("i0")).toBe(first.seen.get("i0"));
  expect(after?.live.at).toBe(5_000);
});

test.each<[string, FleetLook | null, FleetNews]>([
  ["a message is missing", first, news(6, false, seen("i1"))],
  ["nothing is known yet", null, news(1, false, seen("i1"))],
  ["the server began anew", first, news(2, false, seen("i1"))],
])("asks for a whole look when %s", (_why, before, message) => {
  expect(takeNews(before, message)).toBeNull();
});

test("a whole look goes before whatever was known, unless it is older", () => {
  expect(takeNews(first, news(9, true, seen("i7")))?.seen.keys()).toEqual(["i7"]);
  expect(takeNews(first, news(3, true, seen("i7")))).toBe(first);
  // Of a server that was started again: its numbers are small, its time is not.
  expect(takeNews(first, { ...news(1, true, seen("i7")), at: 9_000 })?.number).toBe(1);
});
