"use client";

import { memo, startTransition, useCallback, useMemo, useRef, useState } from "react";
import { useSlowMoment } from "#hooks/moment.ts";
import { useShortcut } from "#hooks/shortcuts.ts";
import { useReleaseNames } from "#hooks/use-release-names.ts";
import { type TrafficSpan, trafficAt, useTraffic } from "#hooks/use-traffic.ts";
import type { BatchMark } from "./time-chart.tsx";
import { TrafficPanel, type TrafficWindow } from "./traffic-panel.tsx";

interface TrafficChartsProps {
  readonly fleetId: string;
  /** Drawn in the old release's colour. What is left out is taken from the traffic: the busiest as new, the next as old. */
  readonly oldReleaseId?: string | null;
  readonly newReleaseId?: string | null;
  /** Left out: read from the fleet. */
  readonly releaseNames?: Readonly<Record<string, string>>;
  /** Vertical lines with a short label: the moments at which batches opened. */
  readonly marks?: readonly BatchMark[];
  /** Of a rollout; offers "Whole rollout" as a window, and begins with it when the rollout has ended. */
  readonly span?: TrafficSpan | null;
  /** A heading in the row of the controls, where no Card has one. */
  readonly title?: string;
}

const noMarks: readonly BatchMark[] = [];

/** Of the past only the whole is kept: the shorter windows end now. */
function windowsFor(moment: number | null, span: TrafficSpan | null): readonly TrafficWindow[] {
  if (moment !== null) return ["whole"];
  return span ? ["5m", "15m", "whole"] : ["5m", "15m"];
}

/** A fleet's traffic, live: brings its own data, and is not drawn anew with what stands around it. Inside a Card, without a frame of its own. */
export const TrafficCharts = memo(function TrafficCharts({
  fleetId,
  oldReleaseId = null,
  newReleaseId = null,
  releaseNames,
  marks = noMarks,
  span = null,
  title,
}: TrafficChartsProps) {
  const [window, setWindow] = useState<TrafficWindow>(span?.until ? "whole" : "5m");
  const moment = useSlowMoment();
  const shown = moment === null ? window : "whole";
  const current = useTraffic(fleetId, shown, span);
  const traffic = useMemo(() => (moment === null ? current : trafficAt(current, moment)), [current, moment]);
  const read = useReleaseNames(fleetId, releaseNames === undefined);
  const frame = useRef<HTMLDivElement>(null);
  const windows = useMemo(() => windowsFor(moment, span), [moment, span]);
  const show = useCallback((next: TrafficWindow) => startTransition(() => setWindow(next)), []);
  useShortcut("charts", () => frame.current?.querySelector<HTMLElement>("svg[tabindex]")?.focus());
  useShortcut("window1", () => show("5m"));
  useShortcut("window2", () => show("15m"));
  useShortcut("window3", () => show("whole"), span !== null);
  return (
    <div ref={frame}>
      <TrafficPanel
        {...traffic}
        oldReleaseId={oldReleaseId}
        newReleaseId={newReleaseId}
        releaseNames={releaseNames ?? read}
        marks={marks}
        title={title}
        window={shown}
        windows={windows}
        onWindow={show}
      />
    </div>
  );
});
