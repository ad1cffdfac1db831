import type { RolloutEvent } from "#domain/event.ts";

export interface RolloutTimes {
  /** From the start to the last gate, milliseconds. */
  readonly wallMs: number;
  /** Σ over batches of Σ over rounds of the round's slowest (drain + replace + ready and hold) + soak. */
  readonly criticalMs: number;
  /** Fewest instances in rotation at any event. */
  readonly inRotationMin: number;
  readonly cut: number;
  /** Most updates that any instance got in one direction: 1 means that none was replaced twice. */
  readonly updatesMax: number;
  readonly status: string;
}

/** What a rollout's own events say about its time. `parallel` updates were allowed at once. */
export function measureRollout(events: readonly RolloutEvent[], desired: number, parallel: number, soakMs: number): RolloutTimes {
  const startedAt = events[0]?.at ?? 0;
  const lastGateAt = events.findLast(({ type }) => type === "gate.opened")?.at ?? events.at(-1)?.at ?? startedAt;
  return {
    wallMs: lastGateAt - startedAt,
    criticalMs: batchesOf(events).reduce((sum, durations) => sum + roundsMs(durations, parallel) + soakMs, 0),
    inRotationMin: desired - mostInFlight(events),
    cut: events.reduce((sum, event) => sum + (event.type === "instance.drained" ? event.cut : 0), 0),
    updatesMax: Math.max(
      0,
      ...countBy(events.flatMap((event) => (event.type === "update.started" ? [`${event.instanceId} ${event.direction}`] : []))),
    ),
    status: events.findLast((event) => event.type === "rollout.ended")?.status ?? "not ended",
  };
}

/** Per batch the measured steps of each of its updates, in the order in which they started. */
function batchesOf(events: readonly RolloutEvent[]): number[][] {
  const steps = new Map<number, number>();
  for (const event of events)
    if (event.type === "instance.drained" || event.type === "instance.replaced" || event.type === "instance.healthy")
      steps.set(event.attempt, (steps.get(event.attempt) ?? 0) + event.tookMs);
  const batches = new Map<number, number[]>();
  for (const event of events)
    if (event.type === "update.started" && event.batch !== null)
      batches.set(event.batch, [...(batches.get(event.batch) ?? []), steps.get(event.attempt) ?? 0]);
  return [...batches.values()];
}

function roundsMs(durations: readonly number[], parallel: number): number {
  let sum = 0;
  for (let start = 0; start < durations.length; start += parallel) sum += Math.max(...durations.slice(start, start + parallel));
  return sum;
}

function mostInFlight(events: readonly RolloutEvent[]): number {
  let now = 0;
  let most = 0;
  for (const event of events) {
    if (event.type === "update.started") now += 1;
    if (event.type === "update.completed" || event.type === "attempt.failed") now -= 1;
    most = Math.max(most, now);
  }
  return most;
}

function countBy(keys: readonly string[]): number[] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts.values()];
}
