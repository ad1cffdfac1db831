import { expect, test } from "vitest";
import { isProtected } from "./protection.ts";

test.each([
  ["production", null, 1, false],
  ["production", null, 2, true],
  ["production", false, 2, false],
  ["staging", null, 5, false],
  ["staging", true, 2, true],
  ["staging", true, 1, true],
] as const)("%s, set to %s, with %i who may approve: %s", (environment, set, approvers, expected) => {
  expect(isProtected(environment, set, approvers)).toBe(expected);
});
