import { Failure } from "#domain/failure.ts";

/**
 * Runs a call to the world that must end. When the deadline passes, its signal is aborted and it counts as unreachable,
 * whether the callee listens to the signal or not: what it did, if anything, the next observation will tell. Likewise when
 * `lease` is aborted (`endOf`).
 */
export async function withDeadline<Result>(
  ms: number,
  what: string,
  call: (signal: AbortSignal) => Promise<Result>,
  lease?: AbortSignal,
): Promise<Result> {
  const lost = () => new Failure("unavailable", `${what} is not asked any more: this server does not hold the fleet's lease.`);
  if (lease?.aborted) throw lost();
  const controller = new AbortController();
  let end = (_why: Failure) => {};
  const early = new Promise<never>((_, reject) => {
    end = (why) => {
      reject(why);
      controller.abort();
    };
  });
  const timer = setTimeout(() => end(new Failure("unavailable", `${what} gave no answer within ${ms / 1_000} s.`)), ms);
  const onLost = () => end(lost());
  lease?.addEventListener("abort", onLost, { once: true });
  try {
    return await Promise.race([call(controller.signal), early]);
  } finally {
    clearTimeout(timer);
    lease?.removeEventListener("abort", onLost);
  }
}
