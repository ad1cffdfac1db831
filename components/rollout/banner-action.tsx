"use client";

import { Button } from "#components/ui/button.tsx";
import { whyNot } from "#domain/engine/allowed.ts";
import type { Rollout } from "#domain/rollout.ts";
import type { CommandControl, PendingCommand } from "#hooks/use-command.ts";
import type { Asked } from "./control-bar.tsx";
import { resumeNeedsDialog } from "./control-text.ts";

interface BannerActionProps {
  readonly rollout: Rollout;
  readonly pending: PendingCommand | null;
  readonly onAsk: (type: Asked) => void;
  readonly onSend: CommandControl["send"];
}

/** The one button that matters, only while nothing goes on without a person. */
export function BannerAction({ rollout, pending, onAsk, onSend }: BannerActionProps) {
  const waitsFor = new Set(rollout.waiting.map((waiting) => waiting.reason));
  if (waitsFor.has("approval") && !waitsFor.has("soaking") && whyNot(rollout, "approve") === null)
    return (
      <Button variant="primary" pending={pending?.type === "approve"} onClick={() => onAsk("approve")}>
        Approve…
      </Button>
    );
  if (rollout.status !== "paused") return null;
  const resume = (
    <Button
      variant={waitsFor.has("failure-decision") ? "secondary" : "primary"}
      pending={pending?.type === "resume"}
      onClick={() => (resumeNeedsDialog(rollout) ? onAsk("resume") : void onSend("resume"))}
    >
      {resumeNeedsDialog(rollout) ? "Resume…" : "Resume"}
    </Button>
  );
  if (rollout.pausedBy?.cause === "person" || whyNot(rollout, "rollBack") !== null) return resume;
  return (
    <div className="flex flex-wrap gap-2">
      {resume}
      <Button variant="danger" onClick={() => onAsk("rollBack")}>
        Roll back…
      </Button>
    </div>
  );
}
