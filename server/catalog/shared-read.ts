/**
 * One read for everyone who asks at about the same time. Nobody is given what was read before they asked, for they ask
 * because something has changed; but a read begins no sooner than `everyMs` after the one before it.
 */
export function createSharedRead<Value>(read: () => Promise<Value>, everyMs: number): () => Promise<Value> {
  let beganAt = Number.NEGATIVE_INFINITY;
  let next: Promise<Value> | null = null;

  return () => {
    next ??= wait(beganAt + everyMs - performance.now()).then(() => {
      // Who asks from here on may know of something newer.
      next = null;
      beganAt = performance.now();
      return read();
    });
    return next;
  };
}

function wait(ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
