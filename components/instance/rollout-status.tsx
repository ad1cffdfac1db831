import { Ban, Check, CircleDot, Eye, Hourglass, type LucideIcon, OctagonX, Pause, Play, Repeat, Square, TriangleAlert, Undo2 } from "lucide-react";
import { Badge, type Tone } from "#components/ui/badge.tsx";
import type { RolloutStatus as Status } from "#domain/rollout.ts";

interface Look {
  readonly tone: Tone;
  readonly text: string;
  readonly icon: LucideIcon;
}

const looks = {
  queued: { tone: "neutral", text: "Queued", icon: Hourglass },
  preparing: { tone: "progress", text: "Preparing", icon: CircleDot },
  running: { tone: "progress", text: "Running", icon: Play },
  paused: { tone: "warn", text: "Paused", icon: Pause },
  finalizing: { tone: "progress", text: "Finalizing", icon: CircleDot },
  watching: { tone: "progress", text: "Watching", icon: Eye },
  "rolling-back": { tone: "warn", text: "Rolling back", icon: Undo2 },
  stopping: { tone: "warn", text: "Stopping", icon: Square },
  succeeded: { tone: "ok", text: "Succeeded", icon: Check },
  "rolled-back": { tone: "warn", text: "Rolled back", icon: Undo2 },
  "rollback-failed": { tone: "bad", text: "Rollback failed", icon: OctagonX },
  cancelled: { tone: "neutral", text: "Cancelled", icon: Ban },
  failed: { tone: "bad", text: "Failed", icon: OctagonX },
  superseded: { tone: "neutral", text: "Superseded", icon: Repeat },
} as const satisfies Record<Status, Look>;

/** State of a rollout in words, glyph and colour. Success with failed instances is never plain green. */
export function RolloutStatus({ status, failed = 0 }: { status: Status; failed?: number }) {
  const tolerated = status === "succeeded" && failed > 0;
  const look: Look = tolerated ? { tone: "warn", text: `Succeeded, ${failed} failed`, icon: TriangleAlert } : looks[status];
  return (
    <Badge tone={look.tone}>
      <look.icon aria-hidden />
      {look.text}
    </Badge>
  );
}
