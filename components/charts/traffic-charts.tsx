"use client";

import { startTransition, useRef, useState } from "react";
import { useShortcut } from "#hooks/shortcuts.ts";
import { useReleaseNames } from "#hooks/use-release-names.ts";
import { type TrafficSpan, useTraffic } from "#hooks/use-traffic.ts";
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

/** A fleet's traffic, live: brings its own data. Stands inside a Card, brings no frame of its own. */
export function TrafficCharts({
  fleetId,
  oldReleaseId = null,
  newReleaseId = null,
  releaseNames,
  marks = noMarks,
  span = null,
  title,
}: TrafficChartsProps) {
  const [window, setWindow] = useState<TrafficWindow>(span?.until ? "whole" : "5m");
  const traffic = useTraffic(fleetId, window, span);
  const read = useReleaseNames(fleetId, releaseNames === undefined);
  const frame = useRef<HTMLDivElement>(null);
  const show = (next: TrafficWindow) => startTransition(() => setWindow(next));
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
        window={window}
        windows={span ? ["5m", "15m", "whole"] : ["5m", "15m"]}
        onWindow={show}
      />
    </div>
  );
}
