import { expect, test } from "vitest";
import type { InstanceObservation } from "./engine/observation.ts";
import { packInstances, unpackInstances } from "./pack-instances.ts";

const unit = { key: "r/i0/1", releaseId: "v1", state: "running", startedAt: 5, restarts: 0, address: "127.0.0.1:4000", message: null } as const;
const view = { ready: true, readySince: 10, probe: "200 in 2 ms", rotation: "in", inFlight: 3, cut: 0 } as const;
const seen: InstanceObservation[] = [
  { instanceId: "i0", unit, ...view, next: null, passiveFailed: false },
  {
    instanceId: "i1",
    unit: null,
    ...view,
    ready: false,
    readySince: null,
    rotation: "out",
    unverified: true,
    next: { unit, ...view },
    passiveFailed: true,
  },
];

test("what was seen comes back, but for the keys that only the engine needs", () => {
  const [first, second] = seen;
  expect(unpackInstances(JSON.parse(JSON.stringify(packInstances(seen))))).toEqual([{ ...first, unit: { ...unit, key: "" } }, second]);
});

test("ten thousand instances take less than 40 bytes each", () => {
  const [first] = seen as [InstanceObservation];
  const fleet = Array.from({ length: 10_000 }, (_, index) => ({
    ...first,
    instanceId: `i${index}`,
    unit: { ...unit, key: `rollout/i${index}/1`, startedAt: 1_760_000_000_000 + index * 25, address: null },
    readySince: 1_760_000_001_000 + index * 25,
    probe: `200 in ${index % 9} ms`,
    inFlight: index % 4,
  }));
  expect(JSON.stringify(packInstances(fleet)).length).toBeLessThan(400_000);
});
