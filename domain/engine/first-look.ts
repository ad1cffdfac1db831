import type { Rollout } from "../rollout.ts";
import type { Waiting } from "../waiting.ts";
import { oldReleaseId } from "./old-release.ts";
import { describeRollout } from "./sentence.ts";
import { countIn } from "./survey.ts";

/** What a page says of a rollout before all of it is there: some hundred bytes, however large the fleet. */
export interface FirstLook extends Pick<Rollout, "kind" | "status" | "fleetName" | "service" | "environment"> {
  readonly oldRelease: string | null;
  readonly newRelease: string | null;
  readonly failed: number;
  readonly waitsFor: readonly Waiting["reason"][];
  readonly headline: string;
  readonly detail: string | null;
}

export function firstLookOf(rollout: Rollout, now: number): FirstLook {
  const { kind, status, fleetName, service, environment, releaseNames, releaseId } = rollout;
  const oldId = oldReleaseId(rollout);
  return {
    ...{ kind, status, fleetName, service, environment },
    oldRelease: oldId ? (releaseNames[oldId] ?? null) : null,
    newRelease: releaseNames[releaseId] ?? null,
    failed: countIn(rollout, ["failed"]),
    waitsFor: rollout.waiting.map(({ reason }) => reason),
    ...describeRollout(rollout, now),
  };
}
