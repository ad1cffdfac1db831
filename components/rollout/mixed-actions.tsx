"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { StartDialog } from "#components/plan/start-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { whyNot } from "#domain/engine/allowed.ts";
import type { Rollout } from "#domain/rollout.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { oldReleaseId } from "./rollout-figures.ts";

interface MixedActionsProps {
  readonly rollout: Rollout;
  readonly onGoBack: () => void;
}

/** The two ways out of the mixed releases that a rollout left behind, as long as nothing has happened to the fleet since. */
export function MixedActions({ rollout, onGoBack }: MixedActionsProps) {
  const trpc = useTRPC();
  const now = useEngineNow();
  const [finishing, setFinishing] = useState(false);
  const { fleetId, rolloutId, kind, status } = rollout;
  const isMixed = status === "cancelled" || status === "failed" || status === "rollback-failed";
  const fleet = useQuery(trpc.fleets.get.queryOptions({ fleetId }, { enabled: isMixed }));
  if (!isMixed || !fleet.data || fleet.data.activeRollout !== null || fleet.data.lastRollout?.rolloutId !== rolloutId) return null;
  const target = rollout.releaseNames[rollout.releaseId] ?? "the release";
  const oldId = oldReleaseId(rollout);
  const back = oldId === null ? null : (rollout.releaseNames[oldId] ?? null);
  const canGoBack = kind === "rollout" && back !== null && whyNot(rollout, "rollBack", now) === null;
  return (
    <div className="flex flex-wrap gap-2">
      {canGoBack ? <Button onClick={onGoBack}>Go back to {back}…</Button> : null}
      {status === "rollback-failed" && kind === "rollout" ? null : (
        <Button variant="primary" onClick={() => setFinishing(true)}>
          Finish rolling to {target}…
        </Button>
      )}
      <StartDialog
        fleetId={fleetId}
        open={finishing}
        onOpenChange={setFinishing}
        preset={{ releaseId: rollout.releaseId, planName: rollout.planName }}
      />
    </div>
  );
}
