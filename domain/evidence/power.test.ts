import { describe, expect, test } from "vitest";
import { detectionOf } from "./power.ts";
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

function relative(actual: number | undefined, expected: number): number {
  return Math.abs((actual ?? Number.NaN) - expected) / expected;
}
