"use client";

import { Scaling, Snowflake } from "lucide-react";
import { useState } from "react";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import type { FleetDetail } from "#domain/live.ts";
import { paths } from "#domain/paths.ts";
import { usePageOffers } from "#hooks/page-actions.ts";
import { useWhyNotAllowed, useWhyNotThaw } from "#hooks/use-permission.ts";
import { FreezeDialog } from "./freeze-dialog.tsx";
import { ScaleDialog } from "./scale-dialog.tsx";

interface FleetActionsProps {
  readonly detail: FleetDetail;
  readonly releaseNames: Readonly<Record<string, string>>;
  /** Opens the start dialog. */
  readonly onStart: () => void;
}

/** What a person can ask of a fleet, whether a rollout is active or not. */
export function FleetActions({ detail, releaseNames, onStart }: FleetActionsProps) {
  const [open, setOpen] = useState<"scale" | "freeze" | null>(null);
  // Each opening is a dialog of its own: nothing typed for the last one is left.
  const [openings, setOpenings] = useState(0);
  const show = (which: typeof open) => {
    setOpenings(openings + 1);
    setOpen(which);
  };
  const openOf = (which: typeof open) => ({ open: open === which, onOpenChange: (next: boolean) => setOpen(next ? which : null) });
  const { activeRollout, environment } = detail;
  const notFreeze = useWhyNotThaw(detail);
  const notScale = useWhyNotAllowed("fleet.scale", environment);
  const notStart = useWhyNotAllowed("rollout.start", environment);
  usePageOffers({
    actions: [
      { id: "fleet start", label: activeRollout ? "Start another rollout…" : "Start a rollout…", disabledReason: notStart, run: onStart },
      { id: "fleet scale", label: "Scale…", disabledReason: notScale, run: () => show("scale") },
      { id: "fleet freeze", label: "Freeze…", disabledReason: notFreeze, run: () => show("freeze") },
    ],
  });
  return (
    <>
      <Button disabledReason={notFreeze} onClick={() => show("freeze")}>
        <Snowflake aria-hidden />
        Freeze…
      </Button>
      <Button disabledReason={notScale} onClick={() => show("scale")}>
        <Scaling aria-hidden />
        Scale…
      </Button>
      <Button variant={activeRollout ? "secondary" : "primary"} disabledReason={notStart} onClick={onStart}>
        {activeRollout ? "Start another…" : "Start rollout"}
      </Button>
      {activeRollout ? (
        <ButtonLink variant="primary" href={paths.rollout(activeRollout.rolloutId)}>
          Open the running rollout
        </ButtonLink>
      ) : null}
      <ScaleDialog key={`scale ${openings}`} detail={detail} releaseNames={releaseNames} {...openOf("scale")} />
      <FreezeDialog key={`freeze ${openings}`} detail={detail} {...openOf("freeze")} />
    </>
  );
}
