import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addBins,
  BIN_COUNT,
  binLowerMs,
  binOf,
  binUpperMs,
  clear,
  countAbove,
  createHistogram,
  fromBins,
  merge,
  QUANTILE_RELATIVE_ERROR,
  quantileMs,
  record,
  toBins,
} from "./histogram.ts";

/** Up to the 19 hours that the bins reach; what is longer has its own test. */
const latencies = fc.array(
  fc.oneof(
    fc.double({ min: 0, max: 5, noNaN: true }),
    fc.double({ min: 0, max: binUpperMs(BIN_COUNT - 1) * (1 - 1e-9), noNaN: true }),
    fc.integer({ min: 0, max: 30_000 }),
  ),
  { minLength: 1, maxLength: 200 },
);

describe("bins", () => {
  it("cover every latency without a hole and without an overlap", () => {
    for (let bin = 0; bin < BIN_COUNT; bin += 1) {
      expect(binOf(binLowerMs(bin))).toBe(bin);
      expect(binUpperMs(bin)).toBe(binLowerMs(bin + 1));
      if (bin >= 32) expect(binUpperMs(bin) / binLowerMs(bin)).toBeLessThanOrEqual(1 + 1 / 32);
    }
  });

  it("keep the order of latencies", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.double({ min: 0, max: 1e9, noNaN: true }), (a, b) =>
        a <= b ? binOf(a) <= binOf(b) : binOf(a) >= binOf(b),
      ),
    );
  });

  it("take what is no sensible latency at the ends", () => {
    expect(binOf(-1)).toBe(0);
    expect(binOf(Number.NaN)).toBe(0);
    expect(binOf(Number.POSITIVE_INFINITY)).toBe(BIN_COUNT - 1);
    expect(binOf(1e12)).toBe(BIN_COUNT - 1);
  });
});

describe("quantileMs", () => {
  it("is within the stated error of the sorted latencies", () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0.001, max: 1, noNaN: true }), (values, q) => {
        const histogram = recorded(values);
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(q * values.length)) - 1] as number;
        const allowed = exact * (QUANTILE_RELATIVE_ERROR + 1e-9) + 0.001;
        expect(Math.abs((quantileMs(histogram, q) as number) - exact)).toBeLessThanOrEqual(allowed);
      }),
    );
  });

  it("is null where nothing ended", () => {
    expect(quantileMs(createHistogram(), 0.99)).toBeNull();
  });
});

describe("merge", () => {
  it("is the same as recording everything in one", () => {
    fc.assert(
      fc.property(latencies, latencies, (first, second) => {
        const merged = recorded(first);
        merge(merged, recorded(second));
        expect(toBins(merged)).toEqual(toBins(recorded([...first, ...second])));
        const added = recorded(first);
        addBins(added, toBins(recorded(second)));
        expect(added).toEqual(merged);
      }),
    );
  });

  it("survives the sparse form, and drops bins that cannot be", () => {
    fc.assert(
      fc.property(latencies, (values) => {
        expect(fromBins(toBins(recorded(values)))).toEqual(recorded(values));
      }),
    );
    expect(
      fromBins([
        [-1, 3],
        [BIN_COUNT, 3],
        [1.5, 3],
        [7, -2],
        [7, 2],
      ]).total,
    ).toBe(2);
  });
});

describe("countAbove", () => {
  it("counts the requests above the upper edge of the threshold's bin", () => {
    fc.assert(
      fc.property(latencies, fc.integer({ min: 0, max: BIN_COUNT - 2 }), (values, bin) => {
        const expected = values.filter((value) => binOf(value) > bin).length;
        expect(countAbove(recorded(values), binLowerMs(bin))).toBe(expected);
      }),
    );
  });
});

it("clear leaves an empty histogram", () => {
  const histogram = recorded([1, 2, 3]);
  clear(histogram);
  expect(histogram).toEqual(createHistogram());
});

function recorded(values: readonly number[]) {
  const histogram = createHistogram();
  for (const value of values) record(histogram, value);
  return histogram;
}
