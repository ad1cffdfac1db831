import { expect, test } from "vitest";
import { addLines, emptyLog, logLinesMax } from "./log-buffer.ts";

const lines = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ number: from + index, at: 0, stream: "out" as const, text: `line ${from + index}` }));

test("lines that another call has added meanwhile are not added twice", () => {
  const log = addLines(addLines(emptyLog, lines(1, 3)), lines(2, 4));
  expect(log.lines.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  expect(addLines(log, lines(4, 2))).toBe(log);
});

test("beyond 50,000 lines the oldest go, and it is said from then on", () => {
  const full = addLines(emptyLog, lines(1, logLinesMax));
  expect(full.isCapped).toBe(false);
  const over = addLines(full, lines(logLinesMax + 1, 10));
  expect(over).toMatchObject({ isCapped: true });
  expect([over.lines.length, over.lines[0]?.number]).toEqual([logLinesMax, 11]);
  expect(addLines(over, []).isCapped).toBe(true);
});
