"use client";

import { Check, FastForward, type LucideIcon, Pause, Play, Square, Undo2 } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { Rollout } from "#domain/rollout.ts";
import { usePageOffers } from "#hooks/page-actions.ts";
import type { ShortcutId } from "#hooks/shortcut-table.ts";
import { useShortcut } from "#hooks/shortcuts.ts";
import { engineNow } from "#hooks/socket.ts";
import type { CommandControl } from "#hooks/use-command.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { useWhyNot } from "#hooks/use-why-not.ts";
import { type Asked, type BarCommand, describeControl, resumeNeedsDialog } from "./control-text.ts";
import type { WholeEvidence } from "./whole-evidence.ts";

interface ControlBarProps {
  readonly rollout: Rollout;
  readonly evidence: WholeEvidence | null;
  readonly command: CommandControl;
  /** The dialog that is open; the page holds it, for the banner opens it too. */
  readonly asked: Asked | null;
  readonly onAsk: (type: Asked) => void;
}

const meanings: Readonly<Record<BarCommand, string>> = {
  pause: "Start nothing new; instances in flight finish (p)",
  resume: "Go on from the next pending instance (p)",
  approve: "Let the next batch, or a start that waits for it, begin (a)",
  skipSoak: "End the wait of this batch now (a)",
  rollBack: "Bring every new instance back to its release before (Shift+R)",
  cancel: "Let what is in flight finish, then stop and stay on mixed releases",
};

/** The commands at the bottom of the page on every screen. What cannot be done now stays and says why. */
export function ControlBar({ rollout, evidence, command, asked, onAsk }: ControlBarProps) {
  const { pending, send } = command;
  const reasonOf = useWhyNot(rollout);
  const press = (type: BarCommand) => {
    if (reasonOf(type) !== null || pending?.type === type) return;
    if (type === "pause" || (type === "resume" && !resumeNeedsDialog(rollout, evidence))) void send(type);
    else onAsk(type);
  };
  const queued = rollout.status === "queued";
  const onlyApproval = queued && rollout.queue?.behind === null;
  const canSkip = !queued && rollout.kind === "rollout";
  const canApprove = canSkip || (queued && rollout.queue?.approval != null);
  const toggle = rollout.status === "paused" || queued ? "resume" : "pause";
  const gate = reasonOf("approve") === null ? "approve" : "skipSoak";
  const free = asked === null;
  useShortcut("pause", () => press(toggle), free);
  useShortcut("approve", () => press(gate), free);
  useShortcut("rollBack", () => press("rollBack"), free);
  const offer = (type: BarCommand, label: string, shortcut?: ShortcutId) => ({
    id: `rollout ${type}`,
    label,
    shortcut,
    disabledReason: reasonOf(type),
    run: () => press(type),
  });
  usePageOffers({
    actions: [
      ...(onlyApproval
        ? []
        : [toggle === "resume" ? offer("resume", queued ? "Start anyway" : "Resume", "pause") : offer("pause", "Pause", "pause")]),
      ...(canApprove ? [offer("approve", "Approve", gate === "approve" ? "approve" : undefined)] : []),
      ...(canSkip ? [offer("skipSoak", "Skip soak…", gate === "approve" ? undefined : "approve")] : []),
      ...(queued ? [] : [offer("rollBack", "Roll back…", "rollBack")]),
      offer("cancel", "Cancel the rollout…"),
    ],
  });
  const button = (type: BarCommand, label: string, Icon: LucideIcon, look: "secondary" | "danger-outline" = "secondary") => (
    <CommandButton type={type} label={label} Icon={Icon} look={look} reason={reasonOf(type)} pending={pending?.type === type} onPress={press} />
  );
  return (
    <section
      aria-label="Commands"
      className="sticky bottom-14 z-20 -mx-4 mt-4 -mb-4 border-line border-t bg-surface px-2 py-1.5 sm:bottom-0 sm:-mx-6 sm:-mb-5 sm:px-6 sm:py-2.5"
    >
      <p className="numbers mb-1 px-1 text-ink-soft text-xs empty:hidden sm:hidden">
        <ControlText rollout={rollout} command={command} />
      </p>
      <div className="flex items-center gap-1.5 sm:gap-2">
        {onlyApproval ? null : toggle === "resume" ? button("resume", queued ? "Start anyway" : "Resume", Play) : button("pause", "Pause", Pause)}
        {canApprove ? button("approve", "Approve", Check) : null}
        {canSkip ? button("skipSoak", "Skip soak", FastForward) : null}
        {queued ? null : button("rollBack", "Roll back", Undo2, "danger-outline")}
        {button("cancel", "Cancel", Square, "danger-outline")}
        <p className="numbers ml-auto min-w-0 truncate pl-2 text-ink-soft text-sm max-sm:hidden">
          <ControlText rollout={rollout} command={command} />
        </p>
      </div>
    </section>
  );
}

interface CommandButtonProps {
  readonly type: BarCommand;
  readonly label: string;
  readonly Icon: LucideIcon;
  readonly look: "secondary" | "danger-outline";
  readonly reason: string | null;
  readonly pending: boolean;
  readonly onPress: (type: BarCommand) => void;
}

function CommandButton({ type, label, Icon, look, reason, pending, onPress }: CommandButtonProps) {
  return (
    <Button
      variant={look}
      // The bar sticks to the bottom, where the page's scroll padding would take it for hidden and scroll on focus.
      className="scroll-mb-[-9rem] max-sm:h-12 max-sm:min-w-0 max-sm:flex-1 max-sm:flex-col max-sm:gap-0.5 max-sm:px-1 max-sm:text-xs pointer-coarse:sm:h-11"
      title={reason === null ? meanings[type] : undefined}
      disabledReason={reason}
      pending={pending}
      onClick={() => onPress(type)}
    >
      <Icon aria-hidden />
      {label}
    </Button>
  );
}

const PENDING_TICK_MS = 200;

/** Requested against effective; runs faster while an answer is awaited. */
function ControlText({ rollout, command }: Pick<ControlBarProps, "rollout" | "command">) {
  const waiting = command.pending !== null;
  const [, tick] = useState(0);
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => tick((count) => count + 1), PENDING_TICK_MS);
    return () => clearInterval(timer);
  }, [waiting]);
  const now = useEngineNow();
  return describeControl(rollout, command.pending, waiting ? engineNow() : now);
}
