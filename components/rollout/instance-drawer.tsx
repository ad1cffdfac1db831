"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import { formatClock } from "#components/charts/format-figure.ts";
import { InstanceLogs } from "#components/instance/instance-logs.tsx";
import { cellStateNames, type MatrixCell } from "#components/instance/instance-state.ts";
import { StateMark } from "#components/instance/state-mark.tsx";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { Tabs } from "#components/ui/tabs.tsx";
import type { InstanceObservation } from "#domain/engine/observation.ts";
import type { RolloutEvent } from "#domain/event.ts";
import type { Rollout } from "#domain/rollout.ts";
import { useMoment } from "#hooks/moment.ts";
import type { CommandControl } from "#hooks/use-command.ts";
import { useInstanceEvents } from "#hooks/use-instance-events.ts";
import { useWideScreen } from "#hooks/use-wide-screen.ts";
import { InstanceActions } from "./instance-actions.tsx";
import { InstanceEvents } from "./instance-events.tsx";
import { InstanceMetrics } from "./instance-metrics.tsx";
import { InstanceOverview } from "./instance-overview.tsx";

interface InstanceDrawerProps {
  readonly rollout: Rollout;
  readonly events: readonly RolloutEvent[];
  readonly cell: MatrixCell | null;
  readonly seen: InstanceObservation | undefined;
  readonly command: CommandControl;
  /** True while the focus is to stay on the cell that was chosen. */
  readonly staysInMatrix: RefObject<boolean>;
  /** Grows with each choice. */
  readonly chosen: number;
  readonly onClose: () => void;
}

/** One instance at the side, so that the matrix stays in use; on a narrow screen a sheet over the page. */
export function InstanceDrawer({ rollout, events, cell, seen, command, staysInMatrix, chosen, onClose }: InstanceDrawerProps) {
  const wide = useWideScreen();
  const heading = useRef<HTMLHeadingElement>(null);
  const isOpen = cell !== null;
  useEffect(() => {
    // It is open already, and now the focus is to follow: Enter after Space.
    if (isOpen && chosen > 0 && !staysInMatrix.current) heading.current?.focus();
  }, [isOpen, chosen, staysInMatrix]);
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose()} modal={!wide} disablePointerDismissal={wide}>
      <Base.Portal>
        {wide ? null : <Base.Backdrop className="fixed inset-0 z-40 bg-shade" />}
        <Base.Popup
          initialFocus={() => !staysInMatrix.current && heading.current}
          className={cn(
            "fixed z-40 flex flex-col border-line bg-surface text-ink shadow-pop outline-none",
            wide ? "top-12 right-0 bottom-0 w-[26rem] border-l" : "inset-x-0 bottom-0 z-50 h-[88dvh] rounded-t-lg border",
          )}
        >
          {cell ? <Content rollout={rollout} events={events} cell={cell} seen={seen} command={command} heading={heading} /> : null}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

type ContentProps = Omit<InstanceDrawerProps, "cell" | "staysInMatrix" | "chosen" | "onClose"> & {
  cell: MatrixCell;
  heading: RefObject<HTMLHeadingElement | null>;
};

function Content({ rollout, events: log, cell, seen, command, heading }: ContentProps) {
  // The same tab of the next instance: the arrows lead along one question.
  const [tab, setTab] = useState("overview");
  const { instanceId } = cell;
  const moment = useMoment();
  const { events, isReading } = useInstanceEvents(rollout, log, instanceId);
  return (
    <>
      <header className="flex items-start gap-3 border-line border-b px-4 py-3">
        <div className="min-w-0 flex-1">
          <Base.Title ref={heading} tabIndex={-1} className="break-all font-mono font-semibold text-lg leading-6 outline-none">
            {instanceId}
          </Base.Title>
          <Base.Description className="mt-0.5 flex flex-wrap items-center gap-1.5 text-ink-soft text-sm">
            <StateMark state={cell.state} size={14} />
            {[cellStateNames[cell.state], cell.release, `zone ${cell.zone}`, cell.batch === null ? null : `batch ${cell.batch}`]
              .filter((part) => part !== null)
              .join(" · ")}
          </Base.Description>
        </div>
        <Base.Close render={<Button variant="ghost" size="icon" aria-label="Close" />}>
          <X aria-hidden />
        </Base.Close>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">
        <Tabs
          label="About this instance"
          value={tab}
          onValueChange={setTab}
          tabs={[
            {
              value: "overview",
              label: "Overview",
              content: <InstanceOverview rollout={rollout} instanceId={instanceId} events={events} isReading={isReading} seen={seen} />,
            },
            {
              value: "log",
              label: "Log",
              content: (
                <>
                  {moment === null ? null : <p className="mb-2 text-ink-soft text-xs">The lines of now, not those of {formatClock(moment)}.</p>}
                  <InstanceLogs key={instanceId} fleetId={rollout.fleetId} instanceId={instanceId} />
                </>
              ),
            },
            {
              value: "metrics",
              label: "Metrics",
              content: <InstanceMetrics fleetId={rollout.fleetId} instanceId={instanceId} releaseNames={rollout.releaseNames} />,
            },
            { value: "events", label: "Events", content: <InstanceEvents rollout={rollout} events={events} isReading={isReading} /> },
            { value: "actions", label: "Actions", content: <InstanceActions rollout={rollout} instanceId={instanceId} command={command} /> },
          ]}
        />
      </div>
    </>
  );
}
