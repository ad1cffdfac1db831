import { describe, expect, test } from "vitest";
import { placeMarks, toTracePath } from "./evidence-trace.tsx";

const seconds = (...ats: number[]) => ats.map((at) => ({ at: at * 1_000, lnSum: at }));
const path = (points: ReturnType<typeof seconds>) =>
  toTracePath(
    points,
    (at) => at / 1_000,
    (ln) => ln,
  );

describe("the trace", () => {
  test("goes through every second", () => {
    expect(path(seconds(0, 1, 2))).toBe("M0.0 0.0L1.0 1.0L2.0 2.0");
  });

  test("a time without intervals stays a gap", () => {
    expect(path(seconds(0, 1, 2, 20, 21))).toBe("M0.0 0.0L1.0 1.0L2.0 2.0M20.0 20.0L21.0 21.0");
  });

  test("thinned points are no gaps", () => {
    expect(path(seconds(0, 16, 32, 48))).not.toContain("M16");
  });
});

describe("batch marks", () => {
  const x = (at: number) => at / 100;

  test("what opened before the first second stands at the edge; what comes later is left out", () => {
    expect(placeMarks([mark(-20, "1"), mark(50, "2"), mark(120, "3")], x).map(({ mark: { label }, part }) => [label, part])).toEqual([
      ["1", 0],
      ["2", 0.5],
    ]);
  });

  test("labels that would overlap are left out, their lines are not", () => {
    expect(placeMarks([mark(10, "1"), mark(12, "2"), mark(16, "3")], x).map(({ labelled }) => labelled)).toEqual([true, false, true]);
  });
});

function mark(at: number, label: string) {
  return { at, label };
}
