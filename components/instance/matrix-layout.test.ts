import { describe, expect, test } from "vitest";
import { gridPosition, hitTest, layoutMatrix, type MatrixLayout, moveFocus, positionOf } from "./matrix-layout.ts";

const zones = (...counts: number[]) => counts.map((count, index) => ({ label: "abc"[index] as string, count }));
/** Three zones of 5, 5 and 3 cells in rows of 4. */
const small = layoutMatrix(zones(5, 5, 3), 76 + 4 * 122, 400) as MatrixLayout;

describe("room", () => {
  test("few instances get tiles with a name", () => {
    expect(small.cell.width).toBe(116);
    expect(small.columns).toBe(4);
    expect(small.groups.map((group) => [group.first, group.rows])).toEqual([
      [0, 2],
      [5, 2],
      [10, 1],
    ]);
  });

  test.each([
    [12, 168],
    [100, 44],
    [1_000, 12],
    [5_000, 6],
    [10_000, 4],
  ])("%d instances in 900 × 320 get cells %d wide", (count, width) => {
    const layout = layoutMatrix([{ label: "a", count }], 900, 320);
    expect(layout?.cell.width).toBe(width);
    expect(layout?.height).toBeLessThanOrEqual(320);
  });

  test("no layout when not even the smallest cells fit", () => {
    expect(layoutMatrix([{ label: "a", count: 10_000 }], 300, 200)).toBeNull();
  });
});

describe("hit testing", () => {
  test("every cell is found in its middle, for every size of fleet", () => {
    for (const count of [1, 7, 12, 300, 4_000]) {
      const layout = layoutMatrix(zones(count, count + 1, Math.ceil(count / 2)), 900, 400) as MatrixLayout;
      for (let index = 0; index < layout.count; index += 1) {
        const { x, y } = positionOf(layout, index) as { x: number; y: number };
        expect(hitTest(layout, x + layout.cell.width / 2, y + layout.cell.height / 2)).toBe(index);
      }
    }
  });

  test.each([
    ["on the labels", 10, 10],
    ["right of the last column", 76 + 4 * 122, 10],
    ["beside the last cell of a short row", 76 + 2 * 122, 60],
    ["below everything", 100, 900],
    ["between two groups", 100, 2 * 54 + 3],
  ])("nothing %s", (_where, x, y) => {
    expect(hitTest(small, x, y)).toBeNull();
  });

  test("there is no cell past the end", () => {
    expect(positionOf(small, 13)).toBeNull();
  });
});

describe("keyboard", () => {
  test.each([
    ["right goes on into the next group", 4, "ArrowRight", 5],
    ["right stays on the last cell", 12, "ArrowRight", 12],
    ["left stays on the first cell", 0, "ArrowLeft", 0],
    ["down moves by a row", 0, "ArrowDown", 4],
    ["down to a short row takes its last cell", 3, "ArrowDown", 4],
    ["down from the last row enters the next group", 4, "ArrowDown", 5],
    ["down in the last group stays", 11, "ArrowDown", 11],
    ["up moves by a row", 9, "ArrowUp", 5],
    ["up from the first row enters the group above at its last row", 6, "ArrowUp", 4],
    ["up in the first row stays", 2, "ArrowUp", 2],
    ["Home goes to the start of the row", 7, "Home", 5],
    ["End goes to the end of the row", 5, "End", 8],
    ["End of a short row", 4, "End", 4],
    ["PageDown goes to the next group", 2, "PageDown", 5],
    ["PageDown in the last group goes to the last cell", 10, "PageDown", 12],
    ["PageUp goes to the group above", 7, "PageUp", 0],
  ] as const)("%s", (_name, from, key, to) => {
    expect(moveFocus(small, from, key)).toBe(to);
  });

  test("cells are numbered over all groups", () => {
    expect(gridPosition(small, 0)).toEqual({ row: 1, column: 1, rows: 5 });
    expect(gridPosition(small, 4)).toEqual({ row: 2, column: 1, rows: 5 });
    expect(gridPosition(small, 12)).toEqual({ row: 5, column: 3, rows: 5 });
  });
});
