"use client";

import { Button } from "#components/ui/button.tsx";
import { whyNot } from "#domain/engine/allowed.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import type { CommandControl, PendingCommand } from "#hooks/use-command.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";
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
  const now = useEngineNow();
  const waitsFor = new Set(rollout.waiting.map((waiting) => waiting.reason));
  if (isTerminal(rollout.status)) return <MixedActions rollout={rollout} onGoBack={() => onAsk("rollBack")} />;
  if (rollout.status === "queued") return waitsFor.has("other-rollout") ? <QueuedActions onAsk={onAsk} /> : null;
  if (waitsFor.has("approval") && !waitsFor.has("soaking") && whyNot(rollout, "approve", now) === null)
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
      onClick={() => (resumeNeedsDialog(rollout, evidence) ? onAsk("resume") : void onSend("resume"))}
    >
      {resumeNeedsDialog(rollout, evidence) ? "Resume…" : "Resume"}
    </Button>
  );
  if (rollout.pausedBy?.cause === "person" || whyNot(rollout, "rollBack", now) !== null) return resume;
  return (
    <div className="flex flex-wrap gap-2">
      {resume}
      <Button variant="danger" onClick={() => onAsk("rollBack")}>
        Roll back…
      </Button>
    </div>
  );
}

function QueuedActions({ onAsk }: Pick<BannerActionProps, "onAsk">) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => onAsk("cancel")}>Cancel…</Button>
      <Button variant="primary" onClick={() => onAsk("resume")}>
        Start anyway…
      </Button>
    </div>
  );
}
