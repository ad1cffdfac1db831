"use client";

import { useRouter } from "next/navigation";
import { formatClock } from "#components/charts/format-figure.ts";
import { paths } from "#domain/paths.ts";
import type { Rollout } from "#domain/rollout.ts";
import type { CommandControl } from "#hooks/use-command.ts";
import { useConnection } from "#hooks/use-connection.ts";
import { CommandDialog } from "./command-dialog.tsx";
import type { Asked } from "./control-text.ts";
import type { WholeEvidence } from "./whole-evidence.ts";

interface RolloutDialogsProps {
  readonly rollout: Rollout;
  readonly evidence: WholeEvidence | null;
  readonly command: CommandControl;
  readonly asked: Asked | null;
  readonly onAsk: (type: Asked | null) => void;
}

/** The dialogs of a rollout's commands, whoever opens them. */
export function RolloutDialogs({ rollout, evidence, command, asked, onAsk }: RolloutDialogsProps) {
  const connection = useConnection();
  const router = useRouter();
  return (
    <CommandDialog
      type={asked}
      rollout={rollout}
      evidence={evidence}
      command={command}
      staleSince={
        connection.state === "live" ? null : connection.lastMessageAt === null ? "the page was opened" : formatClock(connection.lastMessageAt)
      }
      onType={onAsk}
      onMoved={(rolloutId) => router.push(paths.rollout(rolloutId))}
    />
  );
}
