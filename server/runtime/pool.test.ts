import { afterEach, describe, expect, test } from "vitest";
import { Backend, type Candidate, Chooser } from "./pool.ts";
import { Rotation } from "./rotation.ts";

const backends: Backend[] = [];
const noop = () => undefined;

function createBackend(): Backend {
  const backend = new Backend({ port: 1, unitKey: "k", releaseId: "r", second: { startedAt: performance.now() } });
  backends.push(backend);
  return backend;
}

const candidate = (overrides: Partial<Candidate> = {}): Candidate => ({ backend: createBackend(), inRotation: true, ready: true, ...overrides });

afterEach(() => {
  for (const backend of backends.splice(0)) backend.close();
});

describe("the next instance", () => {
  test("is each in its turn while nothing is in flight", () => {
    const all = [candidate(), candidate(), candidate()];
    const chooser = new Chooser();
    const chosen = Array.from({ length: 6 }, () => chooser.choose(all, null));
    const turns = chosen.map((backend) => all.findIndex((one) => one.backend === backend));
    expect(turns).toEqual([0, 1, 2, 0, 1, 2]);
  });

  test("is the one with the least in flight", () => {
    const [busy, idle] = [candidate(), candidate()];
    busy.backend?.begin(noop);
    const chooser = new Chooser();
    expect([1, 2, 3].map(() => chooser.choose([busy, idle], null) === idle.backend)).toEqual([true, true, true]);
  });

  test.each<[string, Candidate, boolean]>([
    ["is none that is out of rotation", candidate({ inRotation: false }), false],
    ["is none that has no running unit", candidate({ backend: null }), false],
    ["is one that is not ready only where no other is", candidate({ ready: false }), true],
  ])("%s", (_, only, expected) => {
    const ready = candidate();
    expect(new Chooser().choose([only, ready], null)).toBe(ready.backend);
    expect(new Chooser().choose([only], null) !== null).toBe(expected);
  });

  test("of a second attempt is another one", () => {
    const [first, second] = [candidate(), candidate()];
    expect(new Chooser().choose([first, second], first.backend)).toBe(second.backend);
    expect(new Chooser().choose([first], first.backend)).toBeNull();
  });
});

describe("a rotation", () => {
  test("with nothing in flight is left at once", () => {
    const rotation = new Rotation(createBackend(), true, noop);
    rotation.drain(60_000);
    expect(rotation.observe()).toEqual({ rotation: "out", inFlight: 0, cut: 0 });
  });

  test("is left with the last request, which ends a drain only once", () => {
    const backend = createBackend();
    const rotation = new Rotation(backend, true, noop);
    const [one, two] = [backend.begin(noop), backend.begin(noop)];
    rotation.drain(60_000);
    one.end("answered");
    one.end("answered");
    expect(rotation.observe()).toEqual({ rotation: "draining", inFlight: 1, cut: 0 });
    two.end("failed");
    expect(rotation.observe()).toEqual({ rotation: "out", inFlight: 0, cut: 0 });
    expect(backend.counters.take().slots.reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0])).toEqual([2, 1]);
  });

  test("that is restored while draining keeps what is in flight", () => {
    const backend = createBackend();
    const rotation = new Rotation(backend, true, noop);
    const flight = backend.begin(noop);
    rotation.drain(60_000);
    rotation.restore(true, "");
    flight.end("answered");
    expect(rotation.observe()).toEqual({ rotation: "in", inFlight: 0, cut: 0 });
  });

  test("takes in nothing that is not ready, and says why", () => {
    const rotation = new Rotation(createBackend(), false, noop);
    expect(() => rotation.restore(false, "its readiness check said 503 in 2 ms")).toThrow("503 in 2 ms");
    expect(rotation.isIn).toBe(false);
  });

  test("that is left for good lets what is in flight end within its time, and is never restored", async () => {
    const backend = createBackend();
    const rotation = new Rotation(backend, true, noop);
    const flight = backend.begin(noop);
    const left = rotation.leave(60_000);
    expect(rotation.observe()).toEqual({ rotation: "draining", inFlight: 1, cut: 0 });
    expect(() => rotation.restore(true, "")).toThrow("It is being ended");
    flight.end("answered");
    await left;
    expect(rotation.observe()).toEqual({ rotation: "out", inFlight: 0, cut: 0 });
    expect(() => rotation.restore(true, "")).toThrow("It is being ended");
  });

  test("that is left cuts the rest at its own deadline, whatever an earlier drain was given", async () => {
    const backend = createBackend();
    const rotation = new Rotation(backend, true, noop);
    const flight = backend.begin(() => flight.end("cut"));
    rotation.drain(60_000);
    await Promise.all([rotation.leave(10), rotation.leave(20)]);
    expect(rotation.observe()).toEqual({ rotation: "out", inFlight: 0, cut: 1 });
  });
});
