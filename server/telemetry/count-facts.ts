import type { RolloutFact } from "#domain/event.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import type { Recorded } from "#server/engine/record.ts";
import type { FleetCounted } from "#server/engine/step.ts";
import type { Instruments } from "./instruments.ts";

/** Counts committed facts. Each is written by one server, so sums over servers are right. */
export function countFacts(instruments: Instruments, { rollout, events }: Recorded): void {
  const fleet = rollout.fleetName;
  for (const event of events) countFact(instruments, fleet, rollout, event);
}

function countFact(instruments: Instruments, fleet: string, rollout: Rollout, fact: RolloutFact): void {
  const took = (step: string, tookMs: number) => instruments.updateSteps.observe({ fleet, step }, tookMs / 1_000);
  switch (fact.type) {
    case "batch.opened":
      instruments.batches.inc({ fleet });
      break;
    case "gate.opened":
      countBatch(instruments, rollout, fact.batch);
      break;
    case "update.completed":
      instruments.updates.inc({ fleet, outcome: fact.direction === "forward" ? "updated" : "reverted" });
      break;
    case "attempt.failed":
      instruments.failedAttempts.inc({ fleet, cause: fact.cause });
      if (fact.retryAt === null) instruments.updates.inc({ fleet, outcome: "failed" });
      break;
    case "instance.skipped":
      instruments.updates.inc({ fleet, outcome: "skipped" });
      break;
    case "instance.drained":
      instruments.requestsCut.inc({ fleet }, fact.cut);
      took("drain", fact.tookMs);
      break;
    case "instance.replaced":
      took("replace", fact.tookMs);
      break;
    case "instance.started":
      took("start", fact.tookMs);
      break;
    case "instance.healthy":
      took("healthy", fact.tookMs);
      break;
    case "rollout.ended":
      countEnd(instruments, rollout);
      break;
    default:
  }
}

function countBatch({ batchDuration }: Instruments, rollout: Rollout, number: number): void {
  const batch = rollout.batches.find((each) => each.number === number);
  if (batch?.gateOpenedAt != null) batchDuration.observe({ fleet: rollout.fleetName }, (batch.gateOpenedAt - batch.openedAt) / 1_000);
}

function countEnd({ rolloutDuration }: Instruments, { fleetName, status, startedAt, endedAt }: Rollout): void {
  if (endedAt !== null && isTerminal(status)) rolloutDuration.observe({ fleet: fleetName, status }, (endedAt - startedAt) / 1_000);
}

/** An interval that could not be counted is told apart from one that could: a source that is blind is seen before it holds a rollout. */
export function countIntervals({ sourceIntervals }: Instruments, { fleetName: fleet, interval }: FleetCounted): void {
  for (const [metric, answer] of Object.entries(interval.metrics)) {
    const outcome = answer?.type === "missing" ? answer.problem.code : "counted";
    sourceIntervals.inc({ fleet, metric, outcome });
  }
}
