import { expect, test } from "vitest";
import { neutralise } from "./neutralise.ts";

test.each([
  ["a terminal's escape", "a\u001b[31mred", "a\ufffd[31mred"],
  ["a null byte", "a\0b", "a\ufffdb"],
  ["a turn of the text's direction", "a\u202eb", "a\ufffdb"],
  ["a carriage return alone", "safe\rgone", "safe\ufffdgone"],
  ["lines and tabs", "a\tb\r\nc\n", "a\tb\nc\n"],
])("%s is harmless afterwards", (_, text, expected) => {
  expect(neutralise(text)).toBe(expected);
});
