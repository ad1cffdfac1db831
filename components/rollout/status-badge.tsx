import { Ban, Check, CircleDashed, CircleX, Eye, LoaderCircle, Pause, Square, TriangleAlert, Undo2 } from "lucide-react";
import type { ComponentType } from "react";
import type { RolloutStatus } from "#domain/rollout.ts";
import { Badge, type Tone } from "#components/ui/badge.tsx";

interface Look {
  readonly name: string;
  readonly tone: Tone;
  readonly Icon: ComponentType<{ "aria-hidden": true }>;
}

const looks = {
  preparing: { name: "Preparing", tone: "progress", Icon: CircleDashed },
  running: { name: "Running", tone: "progress", Icon: LoaderCircle },
  paused: { name: "Paused", tone: "warn", Icon: Pause },
  finalizing: { name: "Finalizing", tone: "progress", Icon: LoaderCircle },
  watching: { name: "Watching", tone: "progress", Icon: Eye },
  "rolling-back": { name: "Rolling back", tone: "bad", Icon: Undo2 },
  stopping: { name: "Stopping", tone: "warn", Icon: Square },
  succeeded: { name: "Succeeded", tone: "ok", Icon: Check },
  "rolled-back": { name: "Rolled back", tone: "bad", Icon: Undo2 },
  "rollback-failed": { name: "Rollback failed", tone: "bad", Icon: CircleX },
  cancelled: { name: "Cancelled", tone: "neutral", Icon: Ban },
  failed: { name: "Failed", tone: "bad", Icon: CircleX },
  superseded: { name: "Superseded", tone: "neutral", Icon: Ban },
} as const satisfies Record<RolloutStatus, Look>;

/** State of a rollout in one or two words. A success with failed instances is never plain green. */
export function StatusBadge({ status, failed = 0 }: { status: RolloutStatus; failed?: number }) {
  const { name, tone, Icon } = looks[status];
  if (status === "succeeded" && failed > 0)
    return (
      <Badge tone="warn">
        <TriangleAlert aria-hidden />
        Succeeded with {failed} failed
      </Badge>
    );
  return (
    <Badge tone={tone}>
      <Icon aria-hidden />
      {name}
    </Badge>
  );
}
