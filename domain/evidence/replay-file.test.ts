import { describe, expect, test } from "vitest";
import { Failure } from "../failure.ts";
import { parseReplay } from "./replay-file.ts";

const metric = { omega0: 1.1, eps: 1e-4, planned: 1_200, intervals: [[9, 9_000, 1, 1_000]] };
const file = { alpha: 1e-3, ...metric };

describe("parseReplay", () => {
  test("fills in what may be left out", () => {
    expect(parseReplay(file)).toEqual({ ...file, form: "split", weight: 1, smallestEffect: 3 });
    const all = { alpha: 0.01, metrics: { errors: { planned: null, omega0: 1, eps: 0, weight: 0.5, intervals: [] } } };
    expect(parseReplay(all)).toMatchObject({ metrics: { errors: { form: "split", weight: 0.5 } } });
  });

  test("takes fractional counts, zones, and a ceiling without a margin", () => {
    for (const good of [
      { ...file, intervals: [[0.5, 0.25, 1.5, 7.25]] },
      {
        ...file,
        intervals: [
          [[1, 2, 3, 4]],
          [
            [1, 2, 3, 4],
            [0, 0, 0, 0],
          ],
          [0, 0, 0, 0],
        ],
      },
      { alpha: 0.01, form: "ceiling", pmax: 0.01, planned: null, intervals: [[0, 0, 1, 5]] },
      { ...file, form: "projection", grid: [1.5, 3] },
      { ...file, intervals: [] },
    ])
      expect(parseReplay(good)).not.toBeInstanceOf(Failure);
  });

  const rows: [string, unknown, string, RegExp][] = [
    ["no object", [], "", /expected object/],
    ["nothing", null, "", /expected object/],
    ["no alpha", { ...file, alpha: undefined }, "alpha", /such as 0.001/],
    ["alpha 1", { ...file, alpha: 1 }, "alpha", /less than 1/],
    ["alpha 0", { ...file, alpha: 0 }, "alpha", /more than 0/],
    ["no margin", { ...file, omega0: undefined }, "omega0", /1.1 for a tenth more/],
    ["no margin on top", { ...file, eps: undefined }, "eps", /0 for none/],
    ["a negative margin", { ...file, eps: -1 }, "eps", /0 or more/],
    ["planned left out", { ...file, planned: undefined }, "planned", /or null/],
    ["half an interval planned", { ...file, planned: 1.5 }, "planned", /whole number/],
    ["no interval planned", { ...file, planned: 0 }, "planned", /whole number/],
    ["an unknown form", { ...file, form: "z-test" }, "form", /"split", "projection" or "ceiling"/],
    ["a ceiling without its rate", { ...file, form: "ceiling" }, "pmax", /such as 0.01/],
    ["a weight above 1", { ...file, weight: 1.1 }, "weight", /between 0 and 1/],
    ["an alternative within the margin", { ...file, grid: [2, 1] }, "grid.1", /above 1/],
    ["an empty grid", { ...file, grid: [] }, "grid", /at least one/],
    ["an effect that is none", { ...file, smallestEffect: 1 }, "smallestEffect", /above 1/],
    ["a field that is none", { ...file, omega: 1 }, "omega", /not a field/],
    [
      "a row of three",
      {
        ...file,
        intervals: [
          [1, 2, 3, 4],
          [1, 2, 3],
        ],
      },
      "intervals.1",
      /four numbers/,
    ],
    ["a row of text", { ...file, intervals: ["1,2,3,4"] }, "intervals.0", /four numbers/],
    ["an empty row", { ...file, intervals: [[]] }, "intervals.0", /four numbers/],
    ["a number that is text", { ...file, intervals: [[1, "2", 3, 4]] }, "intervals.0.1", /finite number/],
    ["a negative count", { ...file, intervals: [[1, 2, -3, 4]] }, "intervals.0.2", /finite number/],
    ["an endless count", { ...file, intervals: [[1, Number.POSITIVE_INFINITY, 3, 4]] }, "intervals.0.1", /finite number/],
    ["a count beyond counting", { ...file, intervals: [[1, 1e16, 3, 4]] }, "intervals.0.1", /to 1e15/],
    ["a count next to nothing", { ...file, intervals: [[1, 1e-12, 3, 4]] }, "intervals.0.1", /from 1e-9/],
    [
      "a bad zone",
      {
        ...file,
        intervals: [
          [
            [1, 2, 3, 4],
            [1, 2, 3, null],
          ],
        ],
      },
      "intervals.0.1.3",
      /finite number/,
    ],
    ["more events than trials, by projection", { ...file, form: "projection", intervals: [[3, 2, 0, 1]] }, "intervals.0", /as many trials/],
    ["too many intervals", { ...file, intervals: Array.from({ length: 604_801 }, () => [0, 0, 0, 0]) }, "intervals", /604,800/],
    ["no metric", { alpha: 0.1, metrics: {} }, "metrics", /at least one/],
    ["metrics in a list", { alpha: 0.1, metrics: [file] }, "metrics", /Name each metric/],
    ["a metric's own alpha", { alpha: 0.1, metrics: { errors: file } }, "metrics.errors.alpha", /not a field/],
    ["a wrong metric", { alpha: 0.1, metrics: { errors: { ...metric, planned: "x" } } }, "metrics.errors.planned", /whole number/],
    ["a name with escapes", { alpha: 0.1, metrics: { "\u001b[2J": metric } }, "metrics", /letters/],
  ];
  test.each(rows)("refuses %s", (_, input, field, message) => {
    const failure = parseReplay(input);
    if (!(failure instanceof Failure)) throw new Error("It was not refused.");
    expect(failure.problems).toContainEqual({ field, message: expect.stringMatching(message) });
  });
});
