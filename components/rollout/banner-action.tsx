"use client";

import { Button } from "#components/ui/button.tsx";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import type { CommandControl, PendingCommand } from "#hooks/use-command.ts";
import { useWhyNot } from "#hooks/use-why-not.ts";
import { type Asked, resumeNeedsDialog } from "./control-text.ts";
import { MixedActions } from "./mixed-actions.tsx";
import type { WholeEvidence } from "./whole-evidence.ts";

interface BannerActionProps {
  readonly rollout: Rollout;
  readonly evidence: WholeEvidence | null;
  readonly pending: PendingCommand | null;
  readonly onAsk: (type: Asked) => void;
  readonly onSend: CommandControl["send"];
}

/** The one button that matters, only while nothing goes on without a person. */
export function BannerAction({ rollout, evidence, pending, onAsk, onSend }: BannerActionProps) {
  const reasonOf = useWhyNot(rollout);
  const waitsFor = new Set(rollout.waiting.map((waiting) => waiting.reason));
  if (isTerminal(rollout.status)) return <MixedActions rollout={rollout} onGoBack={() => onAsk("rollBack")} />;
  const approve = (
    <Button variant="primary" disabledReason={reasonOf("approve")} pending={pending?.type === "approve"} onClick={() => onAsk("approve")}>
      {rollout.status === "queued" ? "Approve start…" : "Approve…"}
    </Button>
  );
  if (rollout.status === "queued") {
    if (waitsFor.has("approval")) return approve;
    return waitsFor.has("other-rollout") ? <QueuedActions reasonOf={reasonOf} onAsk={onAsk} /> : null;
  }
  if (waitsFor.has("approval") && !waitsFor.has("soaking")) return approve;
  if (rollout.status !== "paused") return null;
  const resume = (
    <Button
      variant={waitsFor.has("failure-decision") ? "secondary" : "primary"}
      disabledReason={reasonOf("resume")}
      pending={pending?.type === "resume"}
      onClick={() => (resumeNeedsDialog(rollout, evidence) ? onAsk("resume") : void onSend("resume"))}
    >
      {resumeNeedsDialog(rollout, evidence) ? "Resume…" : "Resume"}
    </Button>
  );
  if (rollout.pausedBy?.cause === "person" || reasonOf("rollBack") !== null) return resume;
  return (
    <div className="flex flex-wrap gap-2">
      {resume}
      <Button variant="danger" onClick={() => onAsk("rollBack")}>
        Roll back…
      </Button>
    </div>
  );
}

function QueuedActions({ reasonOf, onAsk }: Pick<BannerActionProps, "onAsk"> & { readonly reasonOf: ReturnType<typeof useWhyNot> }) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button disabledReason={reasonOf("cancel")} onClick={() => onAsk("cancel")}>
        Cancel…
      </Button>
      <Button variant="primary" disabledReason={reasonOf("resume")} onClick={() => onAsk("resume")}>
        Start anyway…
      </Button>
    </div>
  );
}
