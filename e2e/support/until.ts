const stepMs = 50;

/** Looks again until `isTrue` answers with something; fails with `message` at the deadline. For waits outside the browser. */
export async function until<T>(isTrue: () => Promise<T> | T, message: string, timeoutMs: number): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await isTrue();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(message);
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
}

/** Looks again and again for that long; whatever `check` throws ends it. For what must not happen. */
export async function throughout(check: () => Promise<void>, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    await check();
    await new Promise((resolve) => setTimeout(resolve, 10 * stepMs));
  }
}
