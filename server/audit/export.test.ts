import { expect, test } from "vitest";
import type { Activity } from "#domain/activity.ts";
import { formats, toCell } from "./export.ts";

test.each([
  ["plain", "plain"],
  ["", ""],
  ["a,b", '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ["two\nlines", '"two\nlines"'],
  ["=1+1", "'=1+1"],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\tx", "'\tx"],
  ["\rx", `"'\rx"`],
  ['=HYPERLINK("https://example.org","a")', `"'=HYPERLINK(""https://example.org"",""a"")"`],
  ["a=1", "a=1"],
])("the cell of %j is %j", (text, cell) => {
  expect(toCell(text)).toBe(cell);
});

const activity: Activity = {
  seq: 7,
  at: Date.UTC(2026, 10, 27, 12),
  actorId: null,
  actorName: "=Ada",
  action: "plan.save",
  outcome: "done",
  target: "plan:a,b",
  targetName: null,
  detail: { version: 2, name: "x" },
  hash: "ab",
};

test("a line of CSV has a cell for every column of the head", () => {
  expect(formats.csv.head).toBe("seq,at,actorId,actorName,action,outcome,target,targetName,detail,hash\r\n");
  expect(formats.csv.line(activity)).toBe(`7,2026-11-27T12:00:00.000Z,,'=Ada,plan.save,done,"plan:a,b",,"{""version"":2,""name"":""x""}",ab\r\n`);
});

test("a line of JSONL is the row as it is", () => {
  const line = formats.jsonl.line(activity);
  expect(line.endsWith("\n")).toBe(true);
  expect(JSON.parse(line)).toEqual({ ...activity, at: "2026-11-27T12:00:00.000Z" });
});
