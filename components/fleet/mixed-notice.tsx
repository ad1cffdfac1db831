"use client";

import { useQuery } from "@tanstack/react-query";
import { Split } from "lucide-react";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { whyNot } from "#domain/engine/allowed.ts";
import type { FleetDetail, RolloutSummary } from "#domain/live.ts";
import { paths } from "#domain/paths.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { useWhyNotAllowed } from "#hooks/use-permission.ts";
import { NoticeRow } from "./notice-row.tsx";

/** As many as the history beside it reads, so that it is one question. */
const lookedAt = 20;

interface MixedNoticeProps {
  readonly detail: FleetDetail;
  /** Opens the start dialog with this release and plan chosen. */
  readonly onStart: (preset: { readonly releaseId: string; readonly planName: string }) => void;
}

/** The last rollout ended half way: how to finish it, or to go back. */
export function MixedNotice({ detail, onStart }: MixedNoticeProps) {
  const trpc = useTRPC();
  const now = useEngineNow();
  const notStart = useWhyNotAllowed("rollout.start", detail.environment);
  const isMixed = detail.activeRollout === null && detail.releases.length > 1;
  const rollouts = useQuery(trpc.rollouts.list.queryOptions({ fleetId: detail.fleetId, limit: lookedAt }, { enabled: isMixed }));
  const last = isMixed ? (rollouts.data?.find(({ desired, status }) => desired > 0 && status !== "queued") ?? null) : null;
  const isLeft = last !== null && isHalfWay(last);
  const rollout = useQuery(trpc.rollouts.get.queryOptions({ rolloutId: last?.rolloutId ?? "" }, { enabled: isLeft }));
  if (!isLeft || !rollout.data) return null;
  const others = detail.releases.filter(({ name }) => name !== last.releaseName);
  const canGoBack = last.kind === "rollout" && whyNot(rollout.data, "rollBack", now) === null;
  return (
    <NoticeRow
      label="Mixed releases"
      Icon={Split}
      edge="border-l-warn"
      tone="text-warn"
      title={`Mixed releases: ${detail.releases.map(({ name, count }) => `${count} on ${name}`).join(", ")}`}
      action={
        <>
          {canGoBack ? (
            <ButtonLink size="small" href={paths.askRollBack(last.rolloutId)}>
              {others.length === 1 ? `Go back to ${others[0]?.name}…` : "Go back…"}
            </ButtonLink>
          ) : null}
          {last.status === "rollback-failed" && last.kind === "rollout" ? null : (
            <Button
              size="small"
              variant="primary"
              disabledReason={notStart}
              onClick={() => onStart({ releaseId: rollout.data.releaseId, planName: last.planName })}
            >
              Finish rolling to {last.releaseName}…
            </Button>
          )}
        </>
      }
    >
      {last.outcome ?? "The last rollout ended before it was done."}
    </NoticeRow>
  );
}

function isHalfWay({ status }: RolloutSummary): boolean {
  return status === "cancelled" || status === "failed" || status === "rollback-failed";
}
