import { failureOf } from "./failure.ts";

const retriesMax = 3;
const delayMsMax = 5_000;

/** Only what may pass by itself: an answer that says no says it again. */
export function isWorthRetrying(failures: number, error: unknown): boolean {
  return failures < retriesMax && failureOf(error).code === "unavailable";
}

export function retryDelayMs(failures: number): number {
  return Math.min(500 * 2 ** failures, delayMsMax);
}

/** Reads again what a network that changes, or a server that restarts, has swallowed. Throws what the last attempt threw. */
export async function retrying<Value>(read: () => Promise<Value>): Promise<Value> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await read();
    } catch (error) {
      if (!isWorthRetrying(failures, error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryDelayMs(failures)));
    }
  }
}
