import { describe, expect, test } from "vitest";
import { describePower, detectionOf, type SoakInput, soakToDetect } from "./power.ts";
import { regressionGrid } from "./sequential.ts";
import vectors from "./vectors.json" with { type: "json" };

const standard = { share: 0.1, baseRate: 0.001, smallestEffect: 5, alpha: 0.001, weight: 1 };

describe("detectionOf", () => {
  test.each(vectors.delay)("p $p, share $share, x$omega, prior $prior", ({ p, share, omega, prior, errors, total, new: newRequests, excess }) => {
    const weight = prior * regressionGrid.length;
    const detection = detectionOf({ share, baseRate: p, smallestEffect: omega, alpha: 0.001, weight });
    expect(relative(detection?.failures, errors)).toBeLessThan(1e-9);
    expect(relative(detection?.requests, total)).toBeLessThan(1e-9);
    expect(relative(detection?.newRequests, newRequests)).toBeLessThan(1e-9);
    expect(relative(detection?.excessFailures, excess)).toBeLessThan(1e-9);
  });

  test.each(vectors.floor.filter(({ omega }) => omega <= 10))(
    "x$omega is never cheaper than the floor of any method",
    ({ omega, new_requests_p001 }) => {
      for (const share of [0.01, 0.1, 0.5, 0.9]) {
        expect(detectionOf({ ...standard, share, smallestEffect: omega })?.newRequests).toBeGreaterThan(new_requests_p001);
      }
    },
  );

  test("a margin costs traffic, and hides what is inside it for good", () => {
    const margin = { ratio: 0.1, absolute: 1e-4 };
    const wider = detectionOf({ ...standard, margin })?.requests ?? 0;
    expect(wider).toBeGreaterThan(detectionOf(standard)?.requests ?? Number.POSITIVE_INFINITY);
    expect(detectionOf({ ...standard, smallestEffect: 1.1, margin })).toBeNull();
  });

  test("needs both releases", () => {
    expect(detectionOf({ ...standard, share: 0 })).toBeNull();
    expect(detectionOf({ ...standard, share: 1 })).toBeNull();
  });

  test("takes a rate of 0 as 0.1 %", () => {
    expect(detectionOf({ ...standard, baseRate: 0 })).toEqual(detectionOf(standard));
  });
});

test("soakToDetect divides by the traffic", () => {
  const requests = detectionOf(standard)?.requests ?? Number.NaN;
  expect(soakToDetect({ ...standard, requestsPerSecond: 200 })).toBeCloseTo(requests / 200, 9);
  expect(soakToDetect({ ...standard, requestsPerSecond: 0 })).toBeNull();
});

describe("describePower", () => {
  const rows: [string, Partial<SoakInput>, string][] = [
    [
      "a soak that is too short",
      {},
      "Batch 1 takes 10 % of 200 requests/s: a rise from 0.1 % to 0.5 % errors is found after about 2,700 new requests, 2 min 15 s. Your soak of 1 min would let most such releases pass; 3 min 50 s would find nine in ten.",
    ],
    [
      "a soak that finds half",
      { soakMs: 150_000 },
      "Batch 1 takes 10 % of 200 requests/s: a rise from 0.1 % to 0.5 % errors is found after about 2,700 new requests, 2 min 15 s. Your soak of 2 min 30 s finds about half of such releases; 3 min 50 s would find nine in ten.",
    ],
    [
      "a soak that does",
      { soakMs: 300_000 },
      "Batch 1 takes 10 % of 200 requests/s: a rise from 0.1 % to 0.5 % errors is found after about 2,700 new requests, 2 min 15 s. Your soak of 5 min finds nine in ten such releases or more.",
    ],
    [
      "warm-up is part of the soak and not judged",
      { soakMs: 140_000, warmUpMs: 10_000 },
      "Batch 1 takes 10 % of 200 requests/s: a rise from 0.1 % to 0.5 % errors is found after about 2,700 new requests, 2 min 15 s. Your soak of 2 min 20 s (10 s of it warm-up) would let most such releases pass; 4 min would find nine in ten.",
    ],
    [
      "no traffic",
      { requestsPerSecond: 0 },
      "The fleet has no traffic now, so evidence can say nothing: start traffic, or look at the releases by hand.",
    ],
    ["nothing to compare with", { share: 1, batch: 4 }, "After batch 4 no old release is left to compare with: only the ceiling judges."],
    [
      "within the margin",
      { smallestEffect: 1.05, margin: { ratio: 0.1, absolute: 0 } },
      "Batch 1 takes 10 % of 200 requests/s: a rise from 0.1 % to 0.11 % errors is within the margin and is never found. Make the margin smaller or the smallest effect larger.",
    ],
  ];
  test.each(rows)("%s", (_, change, sentence) => {
    expect(describePower({ ...standard, batch: 1, requestsPerSecond: 200, soakMs: 60_000, ...change })).toBe(sentence);
  });
});

function relative(actual: number | undefined, expected: number): number {
  return Math.abs((actual ?? Number.NaN) - expected) / expected;
}
