import { describe, expect, test } from "vitest";
import { collisionOf, defaultChoice, keyNames, keysOf, keysPressed, parseChoice, type ShortcutId, shortcutIds } from "./shortcut-table.ts";

const press = { key: "p", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

describe("the table", () => {
  test.each(shortcutIds)("%s collides with no other", (id: ShortcutId) => {
    expect(collisionOf(id, keysOf(id, defaultChoice) ?? "", defaultChoice)).toBeNull();
  });

  test("single keys can be switched off; those with a modifier and those of a dialog stay", () => {
    const off = { ...defaultChoice, singleKeys: false };
    expect(keysOf("pause", off)).toBeNull();
    expect(keysOf("rollBack", off)).toBeNull();
    expect(keysOf("goFleets", off)).toBeNull();
    expect(keysOf("palette", off)).toBe("mod+k");
    expect(keysOf("close", off)).toBe("escape");
  });

  test("another key takes the place of the first", () => {
    expect(keysOf("pause", { singleKeys: true, keys: { pause: "z" } })).toBe("z");
    expect(collisionOf("approve", "p", defaultChoice)).toBe("pause");
    expect(collisionOf("approve", "p", { singleKeys: true, keys: { pause: "z" } })).toBeNull();
  });

  test("a key that begins a sequence is taken", () => expect(collisionOf("approve", "g", defaultChoice)).toBe("goFleets"));
});

describe("a press", () => {
  test.each([
    [press, "p"],
    [{ ...press, key: "R", shiftKey: true }, "shift+r"],
    [{ ...press, key: "?", shiftKey: true }, "?"],
    [{ ...press, key: "k", metaKey: true }, "mod+k"],
    [{ ...press, key: "F2" }, "f2"],
    [{ ...press, key: "Shift", shiftKey: true }, null],
    [{ ...press, key: "Tab" }, null],
    [{ ...press, key: "," }, null],
    [{ ...press, key: "ArrowUp" }, null],
  ])("%o", (event, keys) => expect(keysPressed(event)).toBe(keys));
});

test("keys are named as they are printed", () => {
  expect(keyNames("mod+k", false)).toEqual(["Ctrl", "K"]);
  expect(keyNames("mod+k", true)).toEqual(["⌘", "K"]);
  expect(keyNames("shift+r", false)).toEqual(["Shift", "R"]);
  expect(keyNames("g>f", false)).toEqual(["g", "f"]);
});

test("what the browser kept is read as far as it fits", () => {
  expect(parseChoice(null)).toEqual(defaultChoice);
  expect(parseChoice("{")).toEqual(defaultChoice);
  expect(parseChoice('{"singleKeys":false,"keys":{"pause":"z","nothing":"y","approve":3}}')).toEqual({ singleKeys: false, keys: { pause: "z" } });
});
