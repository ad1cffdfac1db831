import { describe, expect, test } from "vitest";
import { createRandom } from "#domain/simulation/random.ts";
import { createStream, drawBaseline, drawHostLevel, instanceId } from "./traffic.ts";

const seconds = 20_000;

describe("a stream", () => {
  test.each([
    [0.01, 1],
    [0.01, 5],
    [0.2, 1],
    [0.1, 20],
  ])("fails at a rate of %d in clumps of %d", (rate, clump) => {
    const { requests, failed, runs } = watch(rate, clump);
    expect(requests / seconds / 20).toBeCloseTo(1, 2);
    // Five standard deviations of that many clumps.
    const deviation = Math.sqrt((2 * clump - 1) / (rate * requests));
    expect(Math.abs(failed / requests / rate - 1)).toBeLessThan(5 * deviation);
    if (clump === 1) expect(runs).toBeGreaterThan(0.5 * failed);
    else expect(failed / runs).toBeGreaterThan(clump * 0.7);
  });

  test("fails always at a rate of 1 and never at 0", () => {
    expect(watch(1, 1)).toMatchObject({ failed: watch(1, 1).requests });
    expect(watch(0, 5)).toMatchObject({ failed: 0 });
  });

  test("fails as often where clumps are cut at the end of a second", () => {
    const stream = createStream({ requestsPerSecond: 20, clump: 20, random: createRandom(5) });
    let [requests, failed] = [0, 0];
    for (let second = 0; second < seconds; second += 1) {
      const drawn = stream.draw(0.01);
      requests += drawn.requests;
      failed += drawn.failed;
    }
    expect(Math.abs(failed / requests / 0.01 - 1)).toBeLessThan(0.15);
  });

  test("is the same for the same seed", () => {
    expect(watch(0.01, 5)).toEqual(watch(0.01, 5));
  });

  test("of a whole fleet has as many requests as were asked for", () => {
    const stream = createStream({ requestsPerSecond: 180, clump: 1, random: createRandom(3) });
    let requests = 0;
    for (let second = 0; second < 2_000; second += 1) requests += stream.draw(0).requests;
    expect(requests / 2_000).toBeCloseTo(180, -1);
  });
});

test("a clump that does not run on ends with its second", () => {
  const stream = createStream({ requestsPerSecond: 20, clump: 1_000, random: createRandom(1) });
  const seconds = Array.from({ length: 4_000 }, () => stream.draw(0.5).failed > 0);
  // As likely after a second with failures as after one without.
  const after = (before: boolean) => seconds.filter((_, index) => index > 0 && seconds[index - 1] === before);
  const share = (of: readonly boolean[]) => of.filter(Boolean).length / of.length;
  expect(Math.abs(share(after(true)) - share(after(false)))).toBeLessThan(0.1);
});

test("hosts differ by sigma, and fail as often as one on average", () => {
  const random = createRandom(1);
  const levels = Array.from({ length: 20_000 }, () => drawHostLevel(0.6, random));
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  const logs = levels.map((level) => Math.log(level) + 0.18);
  const spread = Math.sqrt(logs.reduce((sum, value) => sum + value * value, 0) / logs.length);
  expect(mean).toBeCloseTo(1, 1);
  expect(spread).toBeCloseTo(0.6, 1);
  expect(drawHostLevel(0, random)).toBe(1);
});

test("an hour before the start tells hosts apart", () => {
  const { hosts } = drawBaseline([0.01, 0.01, 0.01, 0.03], { requestsPerSecond: 20, clump: 1, random: createRandom(1) });
  expect(hosts[instanceId(3)]?.levels.errors).toBeCloseTo(2, 0);
  expect(hosts[instanceId(0)]?.levels.errors).toBeCloseTo(0.67, 1);
});

function watch(rate: number, clump: number) {
  const stream = createStream({ requestsPerSecond: 20, clump, runsOn: true, random: createRandom(7) });
  let [requests, failed, runs, wasFailing] = [0, 0, 0, false];
  for (let second = 0; second < seconds; second += 1) {
    const drawn = stream.draw(rate);
    requests += drawn.requests;
    failed += drawn.failed;
    for (const [inSlot, failedInSlot] of drawn.slots) {
      if (failedInSlot > 0 && !wasFailing) runs += 1;
      if (inSlot > 0) wasFailing = failedInSlot > 0;
    }
  }
  return { requests, failed, runs };
}
