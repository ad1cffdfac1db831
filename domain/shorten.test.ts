import { expect, test } from "vitest";
import { shorten } from "./shorten.ts";

test.each([
  ["abcd", 4, "abcd"],
  ["abcde", 4, "abc…"],
  ["ab\u{1f600}cd", 4, "ab…"],
  ["a\u{1f600}cd", 4, "a\u{1f600}…"],
])("%s within %d", (text, lengthMax, expected) => {
  expect(shorten(text, lengthMax)).toBe(expected);
});
