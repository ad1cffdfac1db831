import { expect, test } from "vitest";
import { withoutControls } from "./plain-text.ts";

test.each([
  ["plain lines stay", "one\n\ttwo", "one\n\ttwo"],
  ["colours go", "\u001b[31mred\u001b[0m", "red"],
  ["so do those whose escape was replaced", "\ufffd[31mred\ufffd[0m", "red"],
  ["a bell and a direction override show as what they are: something odd", "a\u0007b\u202ec", "a�b�c"],
  ["markup is text", "<script>alert(1)</script>", "<script>alert(1)</script>"],
])("%s", (_name, text, shown) => {
  expect(withoutControls(text)).toBe(shown);
});
