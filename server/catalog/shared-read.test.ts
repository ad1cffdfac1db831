import { expect, test } from "vitest";
import { createSharedRead } from "./shared-read.ts";

test("those who ask together share one read, and one who comes later gets a newer one", async () => {
  let reads = 0;
  const ask = createSharedRead(async () => ++reads, 0);
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
  expect(await ask()).toBe(2);
});

test("nobody is given what was read before they asked", async () => {
  let truth = "before";
  const ask = createSharedRead(async () => {
    const seen = truth;
    await new Promise((resolve) => setImmediate(resolve));
    return seen;
  }, 0);
  const early = ask();
  await Promise.resolve();
  await Promise.resolve();
  truth = "after";
  expect(await Promise.all([early, ask()])).toEqual(["before", "after"]);
});

test("reads keep their distance however many ask", async () => {
  const everyMs = 150;
  const began: number[] = [];
  const ask = createSharedRead(async () => void began.push(performance.now()), everyMs);
  for (let round = 0; round < 3; round += 1) await Promise.all([ask(), ask()]);
  expect(began).toHaveLength(3);
  expect(Math.min((began[1] ?? 0) - (began[0] ?? 0), (began[2] ?? 0) - (began[1] ?? 0))).toBeGreaterThanOrEqual(everyMs / 2);
});

test("a read that failed fails for those who waited for it, and for nobody else", async () => {
  let isAway = true;
  const ask = createSharedRead(async () => {
    if (isAway) throw new Error("away");
    return "here";
  }, 0);
  await expect(Promise.all([ask(), ask()])).rejects.toThrow("away");
  isAway = false;
  expect(await ask()).toBe("here");
});
