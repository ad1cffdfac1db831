import { inspect } from "node:util";
import { pino } from "pino";
import { expect, test } from "vitest";
import { Sensitive } from "./sensitive.ts";

const held = { password: new Sensitive("hunter2"), nested: [new Sensitive({ DB: "hunter2" })] };

test.each([
  ["in a sentence", () => `${held.password}`],
  ["as JSON", () => JSON.stringify(held)],
  ["inspected", () => inspect(held, { depth: 9, showHidden: true })],
  ["spread", () => JSON.stringify({ ...held.password })],
  ["in an error", () => inspect(new Error("It failed.", { cause: held }))],
  ["in the log", logged],
])("%s nobody sees it", (_, print) => {
  expect(print()).not.toContain("hunter2");
});

test("whoever needs it has it", () => {
  expect(held.password.reveal()).toBe("hunter2");
});

function logged(): string {
  let lines = "";
  pino({}, { write: (line: string) => void (lines += line) }).error({ held, err: new Error("No.", { cause: held.password }) }, "It failed.");
  expect(lines).toContain("[redacted]");
  return lines;
}
