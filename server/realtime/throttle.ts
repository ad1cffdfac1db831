/** Calls back for each key at once, then at most once in `everyMs`, and never loses the last. */
export function createThrottle(everyMs: () => number, act: (key: string) => void): { push(key: string): void; close(): void } {
  const waiting = new Map<string, { again: boolean; readonly timer: NodeJS.Timeout }>();
  function fire(key: string): void {
    act(key);
    const timer = setTimeout(() => {
      const entry = waiting.get(key);
      waiting.delete(key);
      if (entry?.again) fire(key);
    }, everyMs());
    waiting.set(key, { again: false, timer });
  }
  return {
    push: (key) => {
      const entry = waiting.get(key);
      if (entry) entry.again = true;
      else fire(key);
    },
    close: () => {
      for (const { timer } of waiting.values()) clearTimeout(timer);
      waiting.clear();
    },
  };
}
