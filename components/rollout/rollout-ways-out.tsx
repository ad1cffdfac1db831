"use client";

import { useState } from "react";
import type { Rollout } from "#domain/rollout.ts";
import { useCommand } from "#hooks/use-command.ts";
import type { Asked } from "./control-text.ts";
import { MixedActions } from "./mixed-actions.tsx";
import { RolloutDialogs } from "./rollout-dialogs.tsx";

/** Finish an ended rollout or go back from it, away from its own page. */
export function RolloutWaysOut({ rollout }: { rollout: Rollout }) {
  const command = useCommand(rollout);
  const [asked, setAsked] = useState<Asked | null>(null);
  return (
    <>
      <MixedActions rollout={rollout} onGoBack={() => setAsked("rollBack")} />
      <RolloutDialogs rollout={rollout} evidence={null} command={command} asked={asked} onAsk={setAsked} />
    </>
  );
}
