import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { untilLoaded } from "./until-loaded.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const notFetched = () => Object.assign(new Error("Failed to load chunk"), { name: "ChunkLoadError" });

test("what cannot be fetched is fetched when the server is back", async () => {
  const load = vi.fn().mockRejectedValueOnce(notFetched()).mockRejectedValueOnce(notFetched()).mockResolvedValue("part");
  const loaded = untilLoaded(load)();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await loaded).toBe("part");
  expect(load).toHaveBeenCalledTimes(3);
});

test("what fails in another way is told at once, and what never comes in the end", async () => {
  await expect(untilLoaded(() => Promise.reject(new TypeError("x is undefined")))()).rejects.toThrow("x is undefined");
  const never = expect(untilLoaded(() => Promise.reject(notFetched()))()).rejects.toThrow("Failed to load chunk");
  await vi.advanceTimersByTimeAsync(200_000);
  await never;
});
