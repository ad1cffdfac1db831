import { describe, expect, test } from "vitest";
import type { CountedRelease } from "#domain/source-interval.ts";
import type { Series } from "./answer.ts";
import { countCounters, countSums, hasAppeared, historyKey } from "./count.ts";
import type { Stretch } from "./queries.ts";

/** From 10 s to 20 s; samples before it are looked at from -20 s on. */
const stretch: Stretch = { from: 10_000, to: 20_000 };
const serving: CountedRelease = { releaseId: "n", name: "1.1", arm: "new", servesSince: -60_000 };
const idle: CountedRelease = { ...serving, servesSince: null };

/** Samples are written as seconds and values: "9:100 15:160". */
function series(samples: string, labels: Record<string, string> = { instance: "a" }): Series {
  return { key: JSON.stringify(labels), labels, samples: toSamples(samples) };
}

function toSamples(text: string): [at: number, value: number][] {
  return text.split(" ").flatMap((each) => {
    const [at = "", value] = each.split(":");
    return value === undefined ? [] : [[Number(at) * 1_000, Number(value)]];
  });
}

interface Given {
  readonly total: readonly Series[];
  readonly bad?: readonly Series[];
  readonly known?: readonly Series[];
  readonly release?: CountedRelease;
}

function count({ total, bad = [], known = [], release = serving }: Given, others: readonly Given[] = []) {
  const toSeries = ({ total, bad = [], known = [], release = serving }: Given) => ({ release, bad, total, known: new Set(known.map(historyKey)) });
  const { counts, problem } = countCounters([{ total, bad, known, release }, ...others].map(toSeries), stretch);
  return problem?.code ?? counts?.[release.releaseId];
}

const steady = series("5:100 9:140 15:200 19:240");
const failing = (samples: string, instance = "a") => series(samples, { instance, code: "500" });

describe("a counter", () => {
  test.each([
    ["that was seen before is counted by its increase", "9:100 15:160 19:190", 90],
    ["is counted from its last value before the interval, however early", "1:100 11:160", 60],
    ["at the very end of the interval belongs to it", "10:100 20:160", 60],
    ["after the end is of the next interval", "10:100 15:120 21:900", 20],
    ["that begins again at zero is counted from there", "9:100 12:110 15:5 19:25", 35],
    ["that begins again twice as well", "9:100 12:5 15:2 19:3", 8],
    ["that stands still is nothing", "9:100 15:100", 0],
    ["that ends within the interval is counted as far as it was seen", "9:100 12:130", 30],
    ["with a hole in the middle is counted whole: both ends are known", "10:100 19:190", 90],
    ["may be fractional", "9:0.5 15:2", 1.5],
  ])("%s", (_, samples, total) => {
    expect(count({ total: [series(samples)] })).toEqual({ bad: 0, total });
  });

  test("that ended before the interval adds nothing and takes nothing away", () => {
    expect(count({ total: [steady, series("5:70 8:90", { instance: "gone" })] })).toEqual({ bad: 0, total: 100 });
  });

  test("that nobody has seen is new, and all of it counts: the first failure of an instance is not lost", () => {
    expect(count({ total: [steady], bad: [failing("15:1 19:3")] })).toEqual({ bad: 3, total: 100 });
    expect(count({ total: [steady, series("14:20 19:55", { instance: "b" })] })).toEqual({ bad: 0, total: 155 });
  });

  test("of an instance that could not be scraped for a while is counted when it is back, all of it", () => {
    const sick = series("-15:100 18:170", { instance: "b" });
    const failures = failing("-15:10 18:60", "b");
    expect(count({ total: [steady, sick], bad: [failures] })).toEqual({ bad: 50, total: 170 });
    expect(count({ total: [steady, sick], bad: [failing("18:60", "b")] })).toEqual({ bad: 60, total: 170 });
  });

  test("that is back after a long gap is counted from its first sample on", () => {
    const back = series("14:7000 19:7050", { instance: "b" });
    expect(count({ total: [steady, back], known: [back] })).toEqual({ bad: 0, total: 150 });
  });

  test("that appears on a target that is back after a long gap may have begun in the gap, so it is not counted from zero", () => {
    const back = series("14:7000 19:7050", { instance: "b" });
    expect(count({ total: [steady, back], known: [back], bad: [failing("14:40 19:41", "b")] })).toEqual({ bad: 1, total: 150 });
  });

  test("is told from another by all of its labels but its metric's name", () => {
    const back = series("14:7000 19:7050", { __name__: "requests_total", instance: "b" });
    expect(historyKey(back)).toBe(historyKey(series("", { instance: "b" })));
    expect(count({ total: [steady, back], known: [series("", { instance: "b" })] })).toEqual({ bad: 0, total: 150 });
  });
});

describe("an interval is missing", () => {
  test.each([
    ["when nothing is found of a release that serves", { total: [] }, "empty"],
    ["when all that is found is too old", { total: [series("-20:5")] }, "gap"],
    ["when nothing is found any more of what was there", { total: [], known: [steady] }, "gap"],
    [
      "when nothing was scraped in it",
      {
        total: [series("4:100 9:140")],
      },
      "gap",
    ],
    [
      "when everything is back after a gap",
      {
        total: [series("15:900 19:950")],
        known: [series("")],
      },
      "gap",
    ],
    [
      "when the source has only just begun to look",
      {
        total: [series("15:900 19:950")],
      },
      "gap",
    ],
    [
      "when a counter is below zero",
      {
        total: [series("9:-1 15:2")],
      },
      "negative",
    ],
    [
      "when more is bad than there is",
      {
        total: [steady],
        bad: [failing("9:0 15:101")],
      },
      "contradiction",
    ],
  ])("%s", (_, given, code) => {
    expect(count(given)).toBe(code);
  });

  test("for all releases when one of them cannot be counted", () => {
    const old = { ...serving, releaseId: "o", arm: "old" as const };
    expect(count({ total: [steady] }, [{ total: [], release: old }])).toBe("empty");
  });
});

describe("nothing is zero, and no problem,", () => {
  test("of a release that does not serve", () => {
    expect(count({ total: [], release: idle })).toEqual({ bad: 0, total: 0 });
    expect(count({ total: [], release: { ...serving, servesSince: 1 } })).toEqual({ bad: 0, total: 0 });
  });

  test("of failures, where there are requests", () => {
    expect(count({ total: [steady], bad: [] })).toEqual({ bad: 0, total: 100 });
  });
});

test("a new release is counted from its first request where the old one was watched before", () => {
  const fresh = {
    total: [series("14:20 19:55", { instance: "b" })],
    release: serving,
  };
  const old = { total: [steady], release: { ...serving, releaseId: "o" } };
  expect(count(fresh, [old])).toEqual({ bad: 0, total: 55 });
});

test("it is asked for the history of a series only when one appears", () => {
  expect(hasAppeared([steady, series("5:1")], stretch)).toBe(false);
  expect(hasAppeared([steady, series("12:1")], stretch)).toBe(true);
});

test.each([
  ["are summed over their series", { total: [value(10), value(2.5)], bad: [value(1)] }, { bad: 1, total: 12.5 }],
  ["without a failure are not empty", { total: [value(10)], bad: [] }, { bad: 0, total: 10 }],
  ["may overlap by a rounding", { total: [value(10)], bad: [value(10.000001)] }, { bad: 10, total: 10 }],
  ["that find nothing are missing", { total: [], bad: [] }, "empty"],
  ["below zero are missing", { total: [value(10)], bad: [value(-1)] }, "negative"],
  ["that contradict each other are missing", { total: [value(10)], bad: [value(11)] }, "contradiction"],
])("counts that a query gave %s", (_, given, result) => {
  const { counts, problem } = countSums([{ release: serving, ...given }], stretch);
  expect(problem?.code ?? counts?.["n"]).toEqual(result);
});

function value(number: number): Series {
  return series(`20:${number}`, {});
}
