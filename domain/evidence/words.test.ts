import { expect, test } from "vitest";
import { formatBytes, formatCores } from "./words.ts";

test.each([
  [0, "0.00 cores"],
  [0.004, "0.004 cores"],
  [0.23, "0.23 cores"],
  [12.54, "12.5 cores"],
])("%d is told as %s", (cores, text) => expect(formatCores(cores)).toBe(text));

test.each([
  [0, "0 MB"],
  [640_000, "640 kB"],
  [999_600, "1.0 MB"],
  [8_420_000, "8.4 MB"],
  [84_000_000, "84 MB"],
  [999_600_000, "1.0 GB"],
  [1_240_000_000, "1.2 GB"],
])("%d bytes are told as %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
