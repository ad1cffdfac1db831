import { describe, expect, test } from "vitest";
import { gridPosition, moveFocus } from "./matrix-focus.ts";
import { hitTest, LABEL_WIDTH, layoutMatrix } from "./matrix-layout.ts";

const zones = (...counts: number[]) => counts.map((count, index) => ({ label: "abc"[index] as string, count }));
const room = (heightMax: number) => ({ heightMax });
/** Three zones of 5, 5 and 2 tiles in rows of 3, one below the other: they differ too much to stand side by side. */
const small = layoutMatrix(zones(5, 5, 2), LABEL_WIDTH + 3 * 98 - 6, { ...room(400), step: 2 });

describe("room", () => {
  test("few instances get tiles with a name", () => {
    expect(small.cell.height).toBe(44);
    expect(small.labels).toBe("left");
    expect(small.groups.map((group) => [group.first, group.rows, group.columns])).toEqual([
      [0, 2, 3],
      [5, 2, 3],
      [10, 1, 3],
    ]);
  });

  test("tiles fill the row, dealt evenly", () => {
    const layout = layoutMatrix(zones(12), 1_390, room(400));
    expect(layout.groups[0]).toMatchObject({ columns: 6, rows: 2 });
    expect(layout.cell.width).toBe(225);
  });

  test("zones of about one size stand side by side and use the whole width", () => {
    const layout = layoutMatrix(zones(4, 4, 4), 1_390, room(400));
    expect(layout.labels).toBe("above");
    expect(layout.groups.map((group) => [group.left, group.columns, group.rows])).toEqual([
      [0, 2, 2],
      [470, 2, 2],
      [940, 2, 2],
    ]);
    expect(layout.cell.width).toBe(221);
  });

  test.each([
    [12, 219],
    [100, 60],
    [300, 26],
    [1_000, 16],
    [5_000, 6],
    [10_000, 4],
  ])("%d instances in 900 × 400 get cells %d wide", (count, width) => {
    const layout = layoutMatrix([{ label: "a", count }], 900, room(400));
    expect(layout.cell.width).toBe(width);
    expect(layout.height).toBeLessThanOrEqual(400);
  });

  test("what does not fit at the smallest size is higher than its room and scrolls", () => {
    const layout = layoutMatrix([{ label: "a", count: 40_000 }], 300, room(200));
    expect(layout.cell.width).toBe(4);
    expect(layout.height).toBeGreaterThan(200);
  });

  test("a chosen step is obeyed whatever the room", () => {
    expect(layoutMatrix([{ label: "a", count: 10_000 }], 900, { heightMax: 400, step: 8 }).cell.width).toBe(12);
  });
});

describe("hit testing", () => {
  test("every cell is found in its middle, for every size of fleet", () => {
    for (const count of [1, 7, 12, 300, 4_000]) {
      const layout = layoutMatrix(zones(count, count + 1, Math.ceil(count / 2)), 900, room(400));
      for (let index = 0; index < layout.count; index += 1) {
        const [x, y] = [layout.xs[index] ?? -1, layout.ys[index] ?? -1];
        expect(hitTest(layout, x + layout.cell.width / 2, y + layout.cell.height / 2)).toBe(index);
      }
    }
  });

  test.each([
    ["on the labels", 10, 10],
    ["right of the last column", LABEL_WIDTH + 3 * 98, 10],
    ["beside the last cell of a short row", LABEL_WIDTH + 270, 60],
    ["below everything", 100, 900],
    ["between two groups", 100, 2 * 50 + 2],
  ])("nothing %s", (_where, x, y) => {
    expect(hitTest(small, x, y)).toBeNull();
  });
});

describe("keyboard", () => {
  test.each([
    ["right goes on into the next group", 4, "ArrowRight", 5],
    ["right stays on the last cell", 11, "ArrowRight", 11],
    ["left stays on the first cell", 0, "ArrowLeft", 0],
    ["down moves by a row", 0, "ArrowDown", 3],
    ["down to a short row takes its last cell", 2, "ArrowDown", 4],
    ["down from the last row enters the next group", 4, "ArrowDown", 6],
    ["down in the last group stays", 11, "ArrowDown", 11],
    ["up moves by a row", 9, "ArrowUp", 6],
    ["up from the first row enters the group above at its last row", 6, "ArrowUp", 4],
    ["up in the first row stays", 2, "ArrowUp", 2],
    ["Home goes to the start of the row", 7, "Home", 5],
    ["End goes to the end of the row", 5, "End", 7],
    ["End of a short row", 3, "End", 4],
    ["PageDown goes to the next group", 2, "PageDown", 5],
    ["PageDown in the last group goes to the last cell", 10, "PageDown", 11],
    ["PageUp goes to the group above", 7, "PageUp", 0],
  ] as const)("%s", (_name, from, key, to) => {
    expect(moveFocus(small, from, key)).toBe(to);
  });

  test("cells are numbered over all groups", () => {
    expect(gridPosition(small, 0)).toEqual({ row: 1, column: 1, rows: 5, columns: 3 });
    expect(gridPosition(small, 4)).toEqual({ row: 2, column: 2, rows: 5, columns: 3 });
    expect(gridPosition(small, 11)).toEqual({ row: 5, column: 2, rows: 5, columns: 3 });
  });
});
