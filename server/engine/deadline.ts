import { Failure } from "#domain/failure.ts";

/**
 * Runs a call to the world that must end. When the deadline passes, its signal is aborted and it counts as unreachable,
 * whether the callee listens to the signal or not: what it did, if anything, the next observation will tell.
 */
export async function withDeadline<Result>(ms: number, what: string, call: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Failure("unavailable", `${what} gave no answer within ${ms / 1_000} s.`));
      controller.abort();
    }, ms);
  });
  try {
    return await Promise.race([call(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
