"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type RefObject, useMemo, useRef } from "react";
import { formatClock } from "#components/charts/format-figure.ts";
import { InstanceLogs } from "#components/instance/instance-logs.tsx";
import { cellStateNames, type MatrixCell } from "#components/instance/instance-state.ts";
import { StateMark } from "#components/instance/state-mark.tsx";
import { Fact, UnitFacts } from "#components/instance/unit-facts.tsx";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { Tabs } from "#components/ui/tabs.tsx";
import { describeEvent } from "#domain/engine/event-sentence.ts";
import type { InstanceObservation } from "#domain/engine/observation.ts";
import type { RolloutEvent } from "#domain/event.ts";
import { type InstanceUpdate, isTerminal, type Rollout } from "#domain/rollout.ts";
import type { CommandControl } from "#hooks/use-command.ts";
import { useWideScreen } from "#hooks/use-wide-screen.ts";
import { InstanceDecision } from "./instance-decision.tsx";
import { describeFailureBudget } from "./rollout-figures.ts";

interface InstanceDrawerProps {
  readonly rollout: Rollout;
  readonly events: readonly RolloutEvent[];
  readonly cell: MatrixCell | null;
  readonly seen: InstanceObservation | undefined;
  readonly command: CommandControl;
  /** True while the focus is to stay on the cell that was chosen. */
  readonly staysInMatrix: RefObject<boolean>;
  readonly onClose: () => void;
}

/** One instance at the side, so that the matrix stays in use; on a narrow screen a sheet over the page. */
export function InstanceDrawer({ rollout, events, cell, seen, command, staysInMatrix, onClose }: InstanceDrawerProps) {
  const wide = useWideScreen();
  const heading = useRef<HTMLHeadingElement>(null);
  return (
    <Base.Root open={cell !== null} onOpenChange={(open) => !open && onClose()} modal={!wide} disablePointerDismissal={wide}>
      <Base.Portal>
        {wide ? null : <Base.Backdrop className="fixed inset-0 z-40 bg-shade" />}
        <Base.Popup
          initialFocus={() => !staysInMatrix.current && heading.current}
          className={cn(
            "fixed z-40 flex flex-col border-line bg-surface text-ink shadow-pop outline-none",
            wide ? "top-12 right-0 bottom-0 w-[26rem] border-l" : "inset-x-0 bottom-0 z-50 max-h-[88dvh] rounded-t-lg border",
          )}
        >
          {cell ? <Content rollout={rollout} events={events} cell={cell} seen={seen} command={command} heading={heading} /> : null}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

type ContentProps = Omit<InstanceDrawerProps, "cell" | "staysInMatrix" | "onClose"> & {
  cell: MatrixCell;
  heading: RefObject<HTMLHeadingElement | null>;
};

function Content({ rollout, events, cell, seen, command, heading }: ContentProps) {
  const update = rollout.updates.get(cell.instanceId);
  return (
    <>
      <header className="flex items-start gap-3 border-line border-b px-4 py-3">
        <div className="min-w-0 flex-1">
          <Base.Title ref={heading} tabIndex={-1} className="font-mono font-semibold text-lg leading-6 outline-none">
            {cell.instanceId}
          </Base.Title>
          <Base.Description className="mt-0.5 flex flex-wrap items-center gap-1.5 text-ink-soft text-sm">
            <StateMark state={cell.state} size={14} />
            {cellStateNames[cell.state]} · zone {cell.zone}
            {update?.batch == null ? null : ` · batch ${update.batch}`}
          </Base.Description>
        </div>
        <Base.Close render={<Button variant="ghost" size="icon" aria-label="Close" />}>
          <X aria-hidden />
        </Base.Close>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">
        <Tabs
          label="About this instance"
          tabs={[
            {
              value: "overview",
              label: "Overview",
              content: <Overview rollout={rollout} events={events} cell={cell} seen={seen} command={command} />,
            },
            { value: "log", label: "Log", content: <InstanceLogs key={cell.instanceId} fleetId={rollout.fleetId} instanceId={cell.instanceId} /> },
          ]}
        />
      </div>
    </>
  );
}

function Overview({ rollout, events, cell, seen, command }: Omit<ContentProps, "heading">) {
  const update = rollout.updates.get(cell.instanceId);
  const path = useMemo(() => events.filter((event) => "instanceId" in event && event.instanceId === cell.instanceId), [events, cell.instanceId]);
  return (
    <div className="space-y-4">
      {update?.failure ? <Failed rollout={rollout} update={update} command={command} /> : null}
      {seen?.unit?.message ? <p className="break-words rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">{seen.unit.message}</p> : null}
      <UnitNotice update={update} rollout={rollout} />
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2.5 text-sm">
        <UnitFacts seen={seen} releaseNames={rollout.releaseNames} />
        <Fact term="Cut in this rollout">{update?.cut ?? 0}</Fact>
        <Fact term="Attempts">{update?.attemptsUsed ?? 0}</Fact>
      </dl>
      <section aria-label="Path in this rollout">
        <h3 className="mb-1.5 font-medium text-sm">Path in this rollout</h3>
        {path.length === 0 ? <p className="text-ink-soft text-sm">It has not been touched yet.</p> : null}
        <ol className="ml-1 border-line border-l">
          {path.map((event) => (
            <li key={event.seq} className="relative py-1 pl-4 text-sm">
              <span aria-hidden className="absolute top-2.5 -left-[3.5px] size-1.5 rounded-full bg-line-strong" />
              <time className="mr-2 font-mono text-ink-faint text-xs" dateTime={new Date(event.at).toISOString()}>
                {formatClock(event.at)}
              </time>
              {describeEvent(event, rollout)}
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}

/** Why it failed, and as long as nobody has decided, what can be decided. */
function Failed({ rollout, update, command }: { rollout: Rollout; update: InstanceUpdate; command: CommandControl }) {
  const canDecide = update.phase === "failed" && update.direction === "forward" && !isTerminal(rollout.status);
  return (
    <div className="rounded-md bg-bad-soft px-3 py-2 text-sm">
      <p className="break-words text-bad">{update.failure?.message}</p>
      {canDecide ? (
        <>
          <p className="numbers mt-2 mb-1.5 text-ink-soft text-xs">{describeFailureBudget(rollout)}</p>
          <InstanceDecision rollout={rollout} instanceId={update.instanceId} command={command} />
        </>
      ) : null}
    </div>
  );
}

/** Why something is done to it that no update asked for. */
function UnitNotice({ update, rollout }: { update: InstanceUpdate | undefined; rollout: Rollout }) {
  const text = update === undefined ? null : describeUpkeep(update, rollout);
  return text === null ? null : <p className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">{text}</p>;
}

function describeUpkeep(update: InstanceUpdate, rollout: Rollout): string | null {
  if (update.repair) return `Its unit was lost; another is being brought up on ${rollout.releaseNames[update.repair.releaseId] ?? "its release"}.`;
  if (update.phase === "removed") return "It left the fleet by a scale-in.";
  if (update.joining) return "It came by a scale-out and has not served yet.";
  return update.wasUnhealthy ? "It was already unhealthy when the rollout started." : null;
}
