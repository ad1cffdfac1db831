"use client";

import dynamic from "next/dynamic";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { createCellBook } from "#components/instance/cell-book.ts";
import { InstanceMatrix } from "#components/instance/instance-matrix.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { toast } from "#components/ui/toast.ts";
import { untilLoaded } from "#components/ui/until-loaded.ts";
import type { InstanceObservation } from "#domain/engine/observation.ts";
import { oldReleaseId } from "#domain/engine/old-release.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import { Table } from "#domain/table.ts";
import type { LiveRollout } from "#hooks/live-rollout-store.ts";
import { MomentContext } from "#hooks/moment.ts";
import { usePageOffers } from "#hooks/page-actions.ts";
import { useShortcut } from "#hooks/shortcuts.ts";
import { type CommandControl, useCommand } from "#hooks/use-command.ts";
import { useConnection } from "#hooks/use-connection.ts";
import { useFleetLive } from "#hooks/use-fleet-live.ts";
import { type PastControl, usePast } from "#hooks/use-past.ts";
import { useSettled } from "#hooks/use-settled.ts";
import { Announcer } from "./announcer.tsx";
import { BannerAction } from "./banner-action.tsx";
import { BatchStepper } from "./batch-stepper.tsx";
import { ControlBar } from "./control-bar.tsx";
import type { Asked } from "./control-text.ts";
import { DecisionBanner } from "./decision-banner.tsx";
import { FailureDecisions } from "./failure-decisions.tsx";
import { FinishedPanel } from "./finished-panel.tsx";
import { PastNotice } from "./past-notice.tsx";
import { QueueCard } from "./queue-card.tsx";
import { batchViews } from "./rollout-figures.ts";
import { RolloutFrame } from "./rollout-frame.tsx";
import { StaleNotice } from "./stale-notice.tsx";
import { useEvidence } from "./use-evidence.ts";

/** After the evidence and the log. */
const dialogsAfterMs = 1_500;

/** Loaded when the first look is there; dialogs and the drawer then too, or when they are asked for. */
const RolloutDetails = dynamic(
  untilLoaded(() => import("./rollout-details.tsx").then((module) => module.RolloutDetails)),
  {
    ssr: false,
    loading: () => <DetailsPlace />,
  },
);
const loadDialogs = untilLoaded(() => import("./rollout-dialogs.tsx").then((module) => module.RolloutDialogs));
const loadDrawer = untilLoaded(() => import("./instance-drawer.tsx").then((module) => module.InstanceDrawer));
const RolloutDialogs = dynamic(loadDialogs, { ssr: false });
const InstanceDrawer = dynamic(loadDrawer, { ssr: false });
const PastBar = dynamic(
  untilLoaded(() => import("./past-bar.tsx").then((module) => module.PastBar)),
  { ssr: false },
);

interface RolloutViewProps {
  readonly live: LiveRollout;
  /** Instance whose drawer is open. */
  readonly selectedId: string | null;
  /** The dialog that the address asks for. */
  readonly initiallyAsked: Asked | null;
  readonly onSelect: (instanceId: string | null) => void;
  readonly onEarlier: () => void;
}

/** The page now, or as it was at the moment that is looked at: the same parts, folded from the same events. */
export function RolloutView(props: RolloutViewProps) {
  const control = usePast(props.live);
  const { moment, shown } = control;
  return (
    <MomentContext value={shown === null ? null : moment}>
      <Screen {...props} shown={shown ?? props.live} control={control} />
    </MomentContext>
  );
}

interface ScreenProps extends RolloutViewProps {
  readonly shown: LiveRollout;
  readonly control: PastControl;
}

function Screen({ live, shown, control, selectedId, initiallyAsked, onSelect, onEarlier }: ScreenProps) {
  const { rollout, events } = shown;
  const inPast = shown !== live;
  const ended = isTerminal(rollout.status);
  const fleet = useFleetLive(rollout.fleetId);
  const command = useCommand(live.rollout);
  const connection = useConnection();
  const [batch, setBatch] = useState<number | null>(null);
  const [asked, setAsked] = useState<Asked | null>(initiallyAsked);

  /** Space and the arrows keep the focus in the matrix; only Enter and a click go on into the drawer. */
  const staysInMatrix = useRef(false);
  const [chosen, setChosen] = useState(0);
  const select = useCallback(
    (instanceId: string, stay = false) => {
      staysInMatrix.current = stay;
      setChosen((count) => count + 1);
      onSelect(instanceId);
    },
    [onSelect],
  );

  const cells = useCells(rollout, fleet.seen, ended || inPast);
  const batches = useMemo(() => batchViews(rollout), [rollout]);
  const settled = useSettled();
  const rested = useSettled(dialogsAfterMs);
  useEffect(() => {
    // Before they are asked for, so that they open at once.
    if (rested) void Promise.allSettled([loadDialogs(), loadDrawer()]);
  }, [rested]);
  const wasAsked = useOnce(asked !== null);
  const wasSelected = useOnce(selectedId !== null);
  useRefusal(command, asked);
  const { startedAt, endedAt } = live.rollout;
  const span = useMemo(() => ({ from: startedAt, until: endedAt }), [startedAt, endedAt]);
  const evidence = useEvidence(rollout, fleet.live, events);
  const oldId = oldReleaseId(rollout);
  const stale = !ended && !inPast && connection.state !== "live" && connection.lastMessageAt !== null;
  const lookBack = control.moment === null ? () => control.look(lookBackFrom(live)) : null;
  const instanceIds = useMemo(() => cells.map(({ instanceId }) => instanceId), [cells]);
  usePageOffers({
    actions: lookBack ? [{ id: "look-back", label: "Look back at what happened", run: lookBack }] : [],
    instances: { ids: instanceIds, open: onSelect },
  });
  useShortcut("matrix", () => document.querySelector<HTMLElement>('main [role="grid"]')?.focus());

  return (
    <RolloutFrame rollout={rollout} onLookBack={lookBack}>
      <Announcer live={live} />
      {inPast && control.moment !== null ? <PastNotice moment={control.moment} onBack={() => control.look(null)} /> : null}
      <StaleNotice connection={stale ? connection : null} unreachable={ended || inPast ? null : (fleet.live?.unreachable ?? null)} />
      <div className={cn("space-y-4", stale && "grayscale", selectedId !== null && "xl:pr-[25.5rem]")}>
        <DecisionBanner
          rollout={rollout}
          action={
            inPast ? null : <BannerAction rollout={rollout} evidence={evidence} pending={command.pending} onAsk={setAsked} onSend={command.send} />
          }
        >
          <FailureDecisions rollout={rollout} command={command} onSelect={select} />
        </DecisionBanner>
        {ended && rollout.updates.size > 0 ? <FinishedPanel rollout={rollout} onRollBack={() => setAsked("rollBack")} /> : null}
        {rollout.updates.size === 0 ? <QueueCard rollout={rollout} /> : null}
        <BatchStepper batches={batches} chosen={batch} onChoose={setBatch} />
        {rollout.updates.size === 0 ? null : (
          <Card>
            <InstanceMatrix
              title={ended ? "Instances, as it left them" : "Instances"}
              cells={cells}
              selectedId={selectedId}
              onSelect={select}
              batch={batch}
              oldRelease={oldId ? rollout.releaseNames[oldId] : null}
              newRelease={rollout.releaseNames[rollout.releaseId]}
            />
          </Card>
        )}
        {settled ? (
          <RolloutDetails rollout={rollout} events={events} evidence={evidence} span={span} batch={batch} onBatch={setBatch} onEarlier={onEarlier} />
        ) : (
          <DetailsPlace />
        )}
      </div>
      {control.moment === null ? null : <PastBar control={control} />}
      {ended || control.moment !== null ? null : (
        <ControlBar rollout={rollout} evidence={evidence} command={command} asked={asked} onAsk={setAsked} />
      )}
      {wasAsked ? <RolloutDialogs rollout={live.rollout} evidence={evidence} command={command} asked={asked} onAsk={setAsked} /> : null}
      {wasSelected ? (
        <InstanceDrawer
          rollout={rollout}
          events={events}
          cell={cells.find((cell) => cell.instanceId === selectedId) ?? null}
          seen={selectedId === null || inPast ? undefined : fleet.seen.get(selectedId)}
          staysInMatrix={staysInMatrix}
          chosen={chosen}
          command={command}
          onClose={() => onSelect(null)}
        />
      ) : null}
    </RolloutFrame>
  );
}

/** Of one that has ended the beginning; of one that runs what happened last, to step back from there. */
function lookBackFrom({ rollout, events }: LiveRollout): number {
  return isTerminal(rollout.status) ? rollout.startedAt : (events.at(-1)?.at ?? rollout.startedAt);
}

const nothingSeen = Table.from<InstanceObservation>([]);

/** After its end, and in the past, the rollout's own record is shown: the fleet has gone on since. */
function useCells(rollout: Rollout, seen: Table<InstanceObservation>, recordOnly: boolean) {
  const [cellsOf] = useState(createCellBook);
  return useMemo(() => cellsOf(rollout, recordOnly ? nothingSeen : seen), [cellsOf, rollout, seen, recordOnly]);
}

/** True from the first time on: what was loaded stays, to close as it opened. */
function useOnce(now: boolean): boolean {
  const [once, setOnce] = useState(now);
  if (now && !once) setOnce(true);
  return once;
}

/** What is said when a command without a dialog is not obeyed. */
function useRefusal({ refused }: CommandControl, asked: Asked | null): void {
  useEffect(() => {
    if (refused && asked === null) toast("bad", "The command was not obeyed.", refused.failure.message);
  }, [refused, asked]);
}

function DetailsPlace() {
  return (
    <>
      <Skeleton className="h-72 rounded-lg" />
      <Skeleton className="h-72 rounded-lg" />
      <Skeleton className="h-[25.5rem] rounded-lg" />
    </>
  );
}
