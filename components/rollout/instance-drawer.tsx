"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, type RefObject, useMemo, useRef } from "react";
import { formatClock } from "#components/charts/format-figure.ts";
import { InstanceLogs } from "#components/instance/instance-logs.tsx";
import { cellStateNames, type MatrixCell } from "#components/instance/instance-state.ts";
import { StateMark } from "#components/instance/state-mark.tsx";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { Tabs } from "#components/ui/tabs.tsx";
import { formatDuration } from "#domain/duration.ts";
import { describeEvent } from "#domain/engine/event-sentence.ts";
import type { InstanceObservation } from "#domain/engine/observation.ts";
import type { RolloutEvent } from "#domain/event.ts";
import type { Rollout } from "#domain/rollout.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { useWideScreen } from "#hooks/use-wide-screen.ts";

interface InstanceDrawerProps {
  readonly rollout: Rollout;
  readonly events: readonly RolloutEvent[];
  readonly cell: MatrixCell | null;
  readonly seen: InstanceObservation | undefined;
  readonly onClose: () => void;
}

/** One instance at the side, so that the matrix stays in use; on a narrow screen a sheet over the page. */
export function InstanceDrawer({ rollout, events, cell, seen, onClose }: InstanceDrawerProps) {
  const wide = useWideScreen();
  const heading = useRef<HTMLHeadingElement>(null);
  return (
    <Base.Root open={cell !== null} onOpenChange={(open) => !open && onClose()} modal={!wide} disablePointerDismissal={wide}>
      <Base.Portal>
        {wide ? null : <Base.Backdrop className="fixed inset-0 z-40 bg-shade" />}
        <Base.Popup
          initialFocus={heading}
          className={cn(
            "fixed z-40 flex flex-col border-line bg-surface text-ink shadow-pop outline-none",
            wide ? "top-12 right-0 bottom-0 w-[26rem] border-l" : "inset-x-0 bottom-0 z-50 max-h-[88dvh] rounded-t-lg border",
          )}
        >
          {cell ? <Content rollout={rollout} events={events} cell={cell} seen={seen} heading={heading} /> : null}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

type ContentProps = Omit<InstanceDrawerProps, "cell" | "onClose"> & { cell: MatrixCell; heading: RefObject<HTMLHeadingElement | null> };

function Content({ rollout, events, cell, seen, heading }: ContentProps) {
  const update = rollout.updates[cell.instanceId];
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
            { value: "overview", label: "Overview", content: <Overview rollout={rollout} events={events} cell={cell} seen={seen} /> },
            { value: "log", label: "Log", content: <InstanceLogs key={cell.instanceId} fleetId={rollout.fleetId} instanceId={cell.instanceId} /> },
          ]}
        />
      </div>
    </>
  );
}

function Overview({ rollout, events, cell, seen }: Pick<ContentProps, "rollout" | "events" | "cell" | "seen">) {
  const now = useEngineNow();
  const update = rollout.updates[cell.instanceId];
  const path = useMemo(() => events.filter((event) => "instanceId" in event && event.instanceId === cell.instanceId), [events, cell.instanceId]);
  return (
    <div className="space-y-4">
      {update?.failure ? <p className="break-words rounded-md bg-bad-soft px-3 py-2 text-bad text-sm">{update.failure.message}</p> : null}
      {seen?.unit?.message ? <p className="break-words rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">{seen.unit.message}</p> : null}
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2.5 text-sm">
        <Fact term="Release">{cell.release ?? "nothing runs"}</Fact>
        <Fact term="Unit started">{seen?.unit && now > 0 ? `${formatDuration(Math.max(0, now - seen.unit.startedAt))} ago` : "–"}</Fact>
        <Fact term="Last readiness answer">{seen?.probe ?? "–"}</Fact>
        <Fact term="Ready for">{seen?.readyForMs == null ? "not ready" : formatDuration(seen.readyForMs)}</Fact>
        <Fact term="In rotation">{rotationWord(seen)}</Fact>
        <Fact term="Requests in flight">{seen?.inFlight ?? "–"}</Fact>
        <Fact term="Cut in this rollout">{update?.cut ?? 0}</Fact>
        <Fact term="Restarts">{seen?.unit?.restarts ?? "–"}</Fact>
        <Fact term="Attempts">{update?.attemptsUsed ?? 0}</Fact>
        <Fact term="Address">{seen?.unit?.address ?? "–"}</Fact>
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

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-ink-faint text-xs">{term}</dt>
      <dd className="numbers break-words">{children}</dd>
    </div>
  );
}

function rotationWord(seen: InstanceObservation | undefined): string {
  if (!seen) return "–";
  return { in: "yes", draining: "draining", out: "no" }[seen.rotation];
}
