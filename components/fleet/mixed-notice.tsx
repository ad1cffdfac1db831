"use client";

import { useQuery } from "@tanstack/react-query";
import { Split } from "lucide-react";
import { RolloutWaysOut } from "#components/rollout/rollout-ways-out.tsx";
import type { FleetDetail } from "#domain/live.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { NoticeRow } from "./notice-row.tsx";

/** The last rollout ended half way: how to finish it, or to go back. */
export function MixedNotice({ detail }: { detail: FleetDetail }) {
  const trpc = useTRPC();
  const { lastRollout, activeRollout } = detail;
  const isMixed = activeRollout === null && detail.releases.length > 1 && isHalfWay(lastRollout);
  const rollout = useQuery(trpc.rollouts.get.queryOptions({ rolloutId: lastRollout?.rolloutId ?? "" }, { enabled: isMixed }));
  if (!isMixed || !rollout.data) return null;
  return (
    <NoticeRow
      label="Mixed releases"
      Icon={Split}
      edge="border-l-warn"
      tone="text-warn"
      title={`The fleet runs ${detail.releases.map(({ name, count }) => `${name} on ${count}`).join(", ")}`}
      action={<RolloutWaysOut rollout={rollout.data} />}
    >
      {rollout.data.outcome ?? "The last rollout ended before it was done."}
    </NoticeRow>
  );
}

function isHalfWay(rollout: FleetDetail["lastRollout"]): boolean {
  return rollout?.status === "cancelled" || rollout?.status === "failed" || rollout?.status === "rollback-failed";
}
