import { expect, test } from "vitest";
import { filterLines, findLines, type LevelFilter, type LogLevel, levelOf, markFound, toFileLine } from "./log-lines.ts";

const esc = "\u001b";
const line = (number: number, text: string, stream: "out" | "err" = "out") => ({ number, at: Date.parse("2026-01-02T03:04:05.678Z"), stream, text });

test.each<[string, LogLevel | null]>([
  ['{"level":50,"msg":"boom"}', "error"],
  ['{"time":1,"level":"warn","msg":"slow"}', "warn"],
  ['{"severity": "INFO"}', "info"],
  ["2026-01-01 ERROR could not connect", "error"],
  ["[warn] queue is long", "warn"],
  ["time=1 level=debug msg=x", "debug"],
  [`${esc}[31mFATAL${esc}[0m out of memory`, "error"],
  ["error: no such file", "error"],
  ["listening on 3000", null],
  ["finished without an error", null],
  ["INFORMATION desk", null],
])("%s", (text, level) => {
  expect(levelOf(text)).toBe(level);
});

const lines = [line(1, "INFO up"), line(2, "WARN slow", "err"), line(3, "ERROR boom"), line(4, "plain", "err")];

test.each<[LevelFilter, number[]]>([
  ["all", [1, 2, 3, 4]],
  ["warn", [2, 3]],
  ["error", [3]],
  ["err", [2, 4]],
])("the filter %s", (filter, expected) => {
  expect(filterLines(lines, filter).map(({ number }) => number)).toEqual(expected);
});

test("words are found whatever their case and colours", () => {
  expect(findLines(lines, "boom")).toEqual([2]);
  expect(findLines([line(1, `con${esc}[1mnection${esc}[0m lost`)], "CONNECTION")).toEqual([0]);
  expect(findLines(lines, "")).toEqual([]);
});

test("what was found is marked, also across two looks, and nothing of the line is lost", () => {
  const spans = markFound(`con${esc}[31mnection refused, connection lost`, "connection");
  expect(spans.map(({ text, tone, isFound }) => [text, tone, isFound])).toEqual([
    ["con", null, true],
    ["nection", "red", true],
    [" refused, ", "red", false],
    ["connection", "red", true],
    [" lost", "red", false],
  ]);
  expect(markFound("plain", "")).toMatchObject([{ text: "plain", isFound: false }]);
});

test("a line in a file has no colours", () => {
  expect(toFileLine(line(1, `${esc}[32mok${esc}[0m`, "err"))).toBe("2026-01-02T03:04:05.678Z err ok");
});
