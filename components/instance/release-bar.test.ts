import { expect, test } from "vitest";
import { colourReleases } from "./release-bar.tsx";

const release = (name: string, count: number) => ({ releaseId: name, name, count });

test("the target has the new release's colour even while it has few instances", () => {
  expect(colourReleases([release("1.0", 11), release("1.1", 1)], "1.1")).toEqual([
    { name: "1.1", count: 1, fill: "bg-release-new" },
    { name: "1.0", count: 11, fill: "bg-release-old" },
  ]);
});

test("a target that runs nowhere yet leaves the largest in front", () => {
  expect(colourReleases([release("1.0", 12)], "1.1")).toEqual([{ name: "1.0", count: 12, fill: "bg-release-new" }]);
});

test("beyond four, the smallest share one entry", () => {
  const many = ["a", "b", "c", "d", "e", "f"].map((name, index) => release(name, 10 - index));
  expect(colourReleases(many, "a").map(({ name, count }) => `${name} ${count}`)).toEqual(["a 10", "b 9", "c 8", "3 others 18"]);
});
