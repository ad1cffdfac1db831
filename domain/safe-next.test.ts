import { expect, test } from "vitest";
import { safeNext } from "./safe-next.ts";

test.each([
  [null, "/"],
  ["/rollouts/1?tab=log", "/rollouts/1?tab=log"],
  ["https://elsewhere.example", "/"],
  ["//elsewhere.example", "/"],
  ["/\\elsewhere.example", "/"],
  ["/a\\b", "/"],
  ["/a b", "/"],
  ["javascript:alert(1)", "/"],
])("%s leads to %s", (next, path) => expect(safeNext(next)).toBe(path));
