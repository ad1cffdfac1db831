import { expect, test } from "vitest";
import { dayToInstant, describeAction, describeTarget, instantToDay, pathOfTarget } from "./activity-words.ts";

test("an action is told in words, a command by its type, one that is not known by its own name", () => {
  expect(describeAction("plan.save", {})).toBe("Saved a plan");
  expect(describeAction("rollout.command", { type: "rollBack" })).toBe("Rolled back");
  expect(describeAction("nothing.known", {})).toBe("nothing.known");
});

test.each([
  ["fleet:f1", {}, "/fleets/f1"],
  ["rollout:r1", {}, "/rollouts/r1"],
  ["plan:quick", { planId: "p1" }, "/plans/p1"],
  ["plan:quick", { planId: null }, "/plans"],
  ["release:shop/1.0", {}, null],
])("%s with %j leads to %s", (target, detail, path) => {
  expect(pathOfTarget(target, detail)).toBe(path);
});

test("a target without a name is told by its identifier, colons in it included", () => {
  expect(describeTarget("fleet:f1", "shop")).toEqual({ kind: "fleet", name: "shop" });
  expect(describeTarget("release:shop/1:0", null)).toEqual({ kind: "release", name: "shop/1:0" });
});

test("a day and its instant lead to each other, the end of it too", () => {
  expect(instantToDay(dayToInstant("2026-11-27"))).toBe("2026-11-27");
  expect(instantToDay(dayToInstant("2026-10-31", 1), -1)).toBe("2026-10-31");
  expect(Date.parse(dayToInstant("2026-11-27", 1)) - Date.parse(dayToInstant("2026-11-27"))).toBe(86_400_000);
  expect([dayToInstant(""), instantToDay("")]).toEqual(["", ""]);
});
