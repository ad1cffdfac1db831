/** Longest silence of a connection that is up before what it shows counts as stale, in milliseconds. */
export const STALE_AFTER_MS = 10_000;

export interface Connection {
  readonly state: "live" | "reconnecting" | "stale";
  /** Browser time of the last message of any kind; null before the first. */
  readonly lastMessageAt: number | null;
}

/**
 * What to tell people about the connection. `up` is the socket's own view; a socket that is up but has been silent for
 * long, while something that speaks every second is watched, is not believed.
 */
export function connectionOf(input: { up: boolean; lastMessageAt: number | null; expectsMessages: boolean }, now: number): Connection {
  const { up, lastMessageAt } = input;
  if (!up) return { state: "reconnecting", lastMessageAt };
  const silent = input.expectsMessages && lastMessageAt !== null && now - lastMessageAt > STALE_AFTER_MS;
  return { state: silent ? "stale" : "live", lastMessageAt };
}

/** Messages remembered for the estimate of the engine's clock. */
const CLOCK_SAMPLES_MAX = 30;

/**
 * The engine's clock as seen from this browser. Each message carries the engine's time; the one that travelled fastest
 * is the least wrong, so the largest difference of the last 30 is used. Milliseconds to add to the browser's clock.
 */
export function createEngineClock() {
  let differences: number[] = [];
  let offsetMs = 0;
  return {
    note(engineAt: number, receivedAt: number) {
      differences = [...differences, engineAt - receivedAt].slice(-CLOCK_SAMPLES_MAX);
      offsetMs = Math.max(...differences);
    },
    offsetMs: () => offsetMs,
  };
}
