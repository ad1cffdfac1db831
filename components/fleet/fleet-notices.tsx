"use client";

import { CircleSlash2, Hourglass, Snowflake } from "lucide-react";
import { useState } from "react";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { formatMomentIn } from "#components/ui/moment.ts";
import { Ago } from "#components/ui/time.tsx";
import { asSentence } from "#domain/engine/sentence.ts";
import type { FleetDetail } from "#domain/live.ts";
import { paths } from "#domain/paths.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { useWhyNotAllowed, useWhyNotThaw } from "#hooks/use-permission.ts";
import { LiftDialog } from "./lift-dialog.tsx";
import { MixedNotice } from "./mixed-notice.tsx";
import { NoticeRow } from "./notice-row.tsx";

interface FleetNoticesProps {
  readonly detail: FleetDetail;
  readonly releaseNames: Readonly<Record<string, string>>;
  /** Opens the start dialog with this release and plan chosen. */
  readonly onStart: (preset: { readonly releaseId: string; readonly planName: string }) => void;
}

/** What holds the fleet or waits for it: a freeze, a held release, a queued rollout, releases left mixed. */
export function FleetNotices({ detail, releaseNames, onStart }: FleetNoticesProps) {
  const [lifting, setLifting] = useState<"freeze" | "hold" | null>(null);
  const [openings, setOpenings] = useState(0);
  const lift = (what: typeof lifting) => {
    setOpenings(openings + 1);
    setLifting(what);
  };
  const now = useEngineNow();
  const notThaw = useWhyNotThaw(detail);
  const notLift = useWhyNotAllowed("hold.lift", detail.environment);
  const { held, queuedRollout: queued } = detail;
  const heldName = held === null ? "" : (releaseNames[held.releaseId] ?? "A release");
  const freeze = detail.freeze && (detail.freeze.until === null || detail.freeze.until > now) ? detail.freeze : null;
  return (
    <>
      {freeze ? (
        <NoticeRow
          label="Freeze"
          Icon={Snowflake}
          edge="border-l-progress"
          tone="text-progress"
          title={`Frozen ${freeze.until === null ? "until somebody lifts it" : `until ${formatMomentIn(freeze.until)}`}`}
          action={
            <Button size="small" disabledReason={notThaw} onClick={() => lift("freeze")}>
              Lift freeze…
            </Button>
          }
        >
          {asSentence(freeze.reason)} <Since by={freeze.by} at={freeze.since} /> No new batch starts; a rollback is never held.
        </NoticeRow>
      ) : null}
      {held ? (
        <NoticeRow
          label="Held release"
          Icon={CircleSlash2}
          edge="border-l-warn"
          tone="text-warn"
          title={`${heldName} is held`}
          action={
            <>
              <ButtonLink size="small" href={paths.rollout(held.rolloutId)}>
                Open the rollout
              </ButtonLink>
              <Button size="small" disabledReason={notLift} onClick={() => lift("hold")}>
                Lift hold…
              </Button>
            </>
          }
        >
          {asSentence(held.reason)} <Ago at={held.at} className="text-ink-faint" />. Whoever starts it again must say why.
        </NoticeRow>
      ) : null}
      {queued ? (
        <NoticeRow
          label="Queued rollout"
          Icon={Hourglass}
          edge={detail.activeRollout ? "border-l-line-strong" : "border-l-warn"}
          tone={detail.activeRollout ? "text-ink-soft" : "text-warn"}
          title={`${queued.releaseName} is queued${detail.activeRollout ? ` behind ${detail.activeRollout.releaseName}` : ""}`}
          action={
            <ButtonLink size="small" href={paths.rollout(queued.rolloutId)}>
              Open
            </ButtonLink>
          }
        >
          {queued.needsPerson ??
            (detail.activeRollout
              ? "It starts when the rollout before it has succeeded."
              : "The rollout before it has ended; say whether this one may start.")}{" "}
          <Since by={queued.startedBy} at={queued.startedAt} />
        </NoticeRow>
      ) : null}
      <MixedNotice detail={detail} onStart={onStart} />
      <LiftDialog key={openings} detail={detail} heldName={heldName} what={lifting} onClose={() => setLifting(null)} />
    </>
  );
}

function Since({ by, at }: { by: string; at: number }) {
  return (
    <span className="text-ink-faint">
      ({by}, <Ago at={at} />)
    </span>
  );
}
