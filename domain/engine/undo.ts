import { type Actor, formatActor } from "../actor.ts";
import { formatDuration } from "../duration.ts";
import type { RolloutFact } from "../event.ts";
import { Failure } from "../failure.ts";
import type { FleetState } from "../fleet.ts";
import { isTerminal, type Rollout } from "../rollout.ts";
import { hasWayBack } from "./judge.ts";
import type { Observation } from "./observation.ts";
import { isServing } from "./survey.ts";

const undoWithinMs = 24 * 3_600_000;

export interface UndoInput {
  readonly fleet: FleetState;
  readonly observation: Observation;
  readonly actor: Actor;
  readonly reason: string;
  readonly active: Rollout | null;
  readonly now: number;
}

/** Why an ended rollout cannot be taken back, as a sentence; null when it can. */
export function whyNoUndo(ended: Rollout, now: number): string | null {
  if (!isTerminal(ended.status) || ended.endedAt === null) return "The rollout has not ended.";
  if (ended.status === "rolled-back") return "The rollout was rolled back already.";
  if (ended.kind === "rollback") return "A rollback is not rolled back; start a rollout to the release you want.";
  if (now - ended.endedAt > undoWithinMs)
    return `The rollout ended ${formatDuration(now - ended.endedAt)} ago; it could be rolled back for 24 h. Start a rollout to the release you want.`;
  return hasWayBack(ended) ? null : "There is no release to go back to.";
}

/** Takes an ended rollout back: the first facts of a new one, of kind rollback, which brings every instance to its way back. */
export function decideUndo(ended: Rollout, input: UndoInput): RolloutFact[] | Failure {
  const { fleet, observation, active, now } = input;
  const refusal = whyNoUndo(ended, now);
  if (refusal) return new Failure("not-allowed-now", refusal);
  if (active)
    return new Failure("conflict", `${ended.fleetName} has an active rollout (${active.rolloutId}). Roll that one back, or wait until it has ended.`);
  const unseen = observation.driver ?? observation.balancer;
  if (unseen) return new Failure("unavailable", `The fleet cannot be seen right now: ${unseen.message} Try again when it is reachable.`);
  const backs = ended.updates.values().flatMap((update) => update.wayBackId ?? []);
  const releaseId = mostCommon(backs) ?? ended.releaseId;
  const instances = fleet.fleet.instances.map(({ id, zone, labels }) => {
    const seen = observation.instances.get(id);
    const wayBackId = ended.updates.get(id)?.wayBackId ?? releaseId;
    const wasUnhealthy = !isServing(seen, now, 0);
    return {
      instanceId: id,
      zone,
      labels,
      releaseId: seen?.unit?.releaseId ?? null,
      wayBackId,
      wasUnhealthy,
      serves: !wasUnhealthy,
      unitStartedAt: seen?.unit?.startedAt ?? null,
    };
  });
  if (instances.every((instance) => instance.releaseId === instance.wayBackId))
    return new Failure(
      "not-allowed-now",
      `All ${instances.length} instances run ${ended.releaseNames[releaseId] ?? "it"} already: there is nothing to roll back.`,
    );
  const { fleetId, fleetName, service, environment, releaseNames, plan, planName } = ended;
  return [
    {
      type: "rollout.started",
      kind: "rollback",
      fleetId,
      fleetName,
      service,
      environment,
      releaseId,
      releaseNames,
      planName,
      plan,
      provenReleaseId: releaseId,
      undoes: { rolloutId: ended.rolloutId, releaseId: ended.releaseId },
      reason: `${formatActor(input.actor)} rolled back: ${input.reason}`,
      instances,
    },
  ];
}

function mostCommon(releaseIds: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const releaseId of releaseIds) counts.set(releaseId, (counts.get(releaseId) ?? 0) + 1);
  return [...counts].reduce<[string, number] | null>((most, each) => (most === null || each[1] > most[1] ? each : most), null)?.[0] ?? null;
}
