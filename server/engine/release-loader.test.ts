import { expect, test } from "vitest";
import type { Release } from "#domain/release.ts";
import { createReleaseLoader } from "./release-loader.ts";

const release = (releaseId: string) => ({ releaseId }) as Release;

test("hundreds who ask at once are answered with one read", async () => {
  let reads = 0;
  const load = createReleaseLoader(async (releaseId) => {
    reads += 1;
    return release(releaseId);
  });
  const loaded = await Promise.all(Array.from({ length: 200 }, (_, index) => load(index % 2 === 0 ? "v1" : "v2")));
  expect(reads).toBe(2);
  expect(loaded[1]?.releaseId).toBe("v2");
});

test("a read that failed is not remembered", async () => {
  let isAway = true;
  const load = createReleaseLoader(async (releaseId) => {
    if (isAway) throw new Error("The database is away.");
    return release(releaseId);
  });
  await expect(load("v1")).rejects.toThrow("away");
  isAway = false;
  expect((await load("v1")).releaseId).toBe("v1");
});

test("as many as a fleet can have are kept, and no more", async () => {
  const read: string[] = [];
  const load = createReleaseLoader(async (releaseId) => {
    read.push(releaseId);
    return release(releaseId);
  });
  for (let index = 0; index < 17; index += 1) await load(`v${index}`);
  await load("v16");
  await load("v0");
  expect(read.slice(-2)).toEqual(["v16", "v0"]);
});
