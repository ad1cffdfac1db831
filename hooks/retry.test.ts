import { TRPCClientError } from "@trpc/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { retrying } from "./retry.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const swallowed = new TRPCClientError("Failed to fetch");
const refused = new TRPCClientError("no", {
  result: { error: { code: -32_004, message: "no", data: { failure: { code: "not-found", message: "There is none.", problems: [] } } } } as never,
});

test("what the network swallowed is read again, a few times", async () => {
  const read = vi.fn().mockRejectedValueOnce(swallowed).mockRejectedValueOnce(swallowed).mockResolvedValue("there");
  const reading = retrying(read);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(await reading).toBe("there");
  expect(read).toHaveBeenCalledTimes(3);
});

test("after that it is given up, with the last words", async () => {
  const read = vi.fn().mockRejectedValue(swallowed);
  const reading = expect(retrying(read)).rejects.toBe(swallowed);
  await vi.advanceTimersByTimeAsync(10_000);
  await reading;
  expect(read).toHaveBeenCalledTimes(4);
});

test("a no is no accident", async () => {
  const read = vi.fn().mockRejectedValue(refused);
  await expect(retrying(read)).rejects.toBe(refused);
  expect(read).toHaveBeenCalledTimes(1);
});
