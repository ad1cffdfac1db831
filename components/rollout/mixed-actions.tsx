"use client";

import { useQuery } from "@tanstack/react-query";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { whyNot } from "#domain/engine/allowed.ts";
import { oldReleaseId } from "#domain/engine/old-release.ts";
import { paths } from "#domain/paths.ts";
import type { Rollout } from "#domain/rollout.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useEngineNow } from "#hooks/use-engine-now.ts";

interface MixedActionsProps {
  readonly rollout: Rollout;
  readonly onGoBack: () => void;
}

const lookedAt = 20;

/** The two ways out of the mixed releases that a rollout left behind, as long as nothing has happened to the fleet since. */
export function MixedActions({ rollout, onGoBack }: MixedActionsProps) {
  const trpc = useTRPC();
  const now = useEngineNow();
  const { fleetId, rolloutId, kind, status } = rollout;
  const isMixed = rollout.updates.size > 0 && (status === "cancelled" || status === "failed" || status === "rollback-failed");
  const rollouts = useQuery(trpc.rollouts.list.queryOptions({ fleetId, limit: lookedAt }, { enabled: isMixed }));
  // One that was taken out of the queue has touched nothing and does not count.
  const newest = rollouts.data?.find(({ desired, status: other }) => desired > 0 && other !== "queued");
  if (!isMixed || newest?.rolloutId !== rolloutId) return null;
  const target = rollout.releaseNames[rollout.releaseId] ?? "the release";
  const oldId = oldReleaseId(rollout);
  const back = oldId === null ? null : (rollout.releaseNames[oldId] ?? null);
  const canGoBack = kind === "rollout" && back !== null && whyNot(rollout, "rollBack", now) === null;
  return (
    <div className="flex flex-wrap gap-2">
      {canGoBack ? <Button onClick={onGoBack}>Go back to {back}…</Button> : null}
      {status === "rollback-failed" && kind === "rollout" ? null : (
        <ButtonLink variant="primary" href={paths.startRollout(fleetId, rollout.releaseId, rollout.planName)}>
          Finish rolling to {target}…
        </ButtonLink>
      )}
    </div>
  );
}
