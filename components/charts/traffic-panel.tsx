"use client";

import { memo, useId, useMemo, useState } from "react";
import type { ReleaseSample } from "#domain/metric.ts";
import { ChartPanel } from "./chart-panel.tsx";
import { busiestReleases, toRows } from "./chart-series.ts";
import { armNow, summarize } from "./chart-summary.ts";
import { formatLatency, formatPercent, formatRate } from "./format-figure.ts";
import type { BatchMark, ChartLine } from "./time-chart.tsx";

export const trafficWindows = ["5m", "15m", "whole"] as const;
export type TrafficWindow = (typeof trafficWindows)[number];
const windowNames: Readonly<Record<TrafficWindow, string>> = { "5m": "5 min", "15m": "15 min", whole: "Whole rollout" };

interface TrafficPanelProps {
  readonly samples: readonly ReleaseSample[];
  /** The same traffic in buckets wide enough for a percentile to mean something. */
  readonly latencySamples: readonly ReleaseSample[];
  readonly from: number;
  readonly until: number;
  readonly oldReleaseId: string | null;
  readonly newReleaseId: string | null;
  readonly releaseNames: Readonly<Record<string, string>>;
  readonly marks: readonly BatchMark[];
  readonly window: TrafficWindow;
  readonly windows: readonly TrafficWindow[];
  readonly onWindow: (window: TrafficWindow) => void;
  /** A heading in the row of the controls, where no Card has one. */
  readonly title?: string;
  /** A sentence while the samples are not there: loading, or why not. */
  readonly problem: string | null;
  readonly isReading: boolean;
}

/** Requests, errors and latency, old against new, at the same moments. Draws what it is given. */
export const TrafficPanel = memo(function TrafficPanel(props: TrafficPanelProps) {
  const { samples, from, until, releaseNames, marks } = props;
  const group = useId();
  const [asTable, setAsTable] = useState(false);
  const bothNamed = props.newReleaseId !== null && props.oldReleaseId !== null;
  const busiest = useMemo(() => (bothNamed ? [] : busiestReleases(samples)), [bothNamed, samples]);
  const newReleaseId = props.newReleaseId ?? busiest[0] ?? null;
  const oldReleaseId = props.oldReleaseId ?? busiest.find((releaseId) => releaseId !== newReleaseId) ?? null;
  const rows = useMemo(() => toRows({ samples, oldReleaseId, newReleaseId, from, until }), [samples, oldReleaseId, newReleaseId, from, until]);
  const { latencySamples } = props;
  const latencyRows = useMemo(
    () => (latencySamples === samples ? rows : toRows({ samples: latencySamples, oldReleaseId, newReleaseId, from, until })),
    [latencySamples, samples, rows, oldReleaseId, newReleaseId, from, until],
  );
  const newName = nameOf(newReleaseId, releaseNames);
  const oldName = oldReleaseId === null ? null : nameOf(oldReleaseId, releaseNames);
  const lines = useMemo(() => linesOf(oldName, newName), [oldName, newName]);
  const said = {
    ...summarize(armNow(samples, oldReleaseId, oldName ?? "", until), armNow(samples, newReleaseId, newName, until)),
    latency: summarize(armNow(latencySamples, oldReleaseId, oldName ?? "", until), armNow(latencySamples, newReleaseId, newName, until)).latency,
  };
  const shared = { rows, marks, from, until, group, asTable, isReading: props.isReading };
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {props.title ? <h2 className="font-semibold text-sm">{props.title}</h2> : null}
        <fieldset
          aria-label="Time shown"
          className={`flex rounded-md border border-line p-0.5 ${props.title ? "max-sm:order-last max-sm:w-full max-sm:*:flex-1" : ""}`}
        >
          {props.windows.map((window) => (
            <SmallButton key={window} pressed={window === props.window} onClick={() => props.onWindow(window)}>
              {windowNames[window]}
            </SmallButton>
          ))}
        </fieldset>
        <div className="ml-auto flex items-center gap-2">
          {props.problem ? (
            <span role="status" className="text-ink-soft text-xs">
              {props.problem}
            </span>
          ) : null}
          <SmallButton pressed={asTable} onClick={() => setAsTable(!asTable)}>
            As tables
          </SmallButton>
        </div>
      </div>
      <div className="grid gap-x-6 gap-y-5 lg:grid-cols-2 xl:grid-cols-3">
        <ChartPanel {...shared} order={0} title="Requests" lines={lines.requests} unit={formatRate} floor={10} summary={said.requests} />
        <ChartPanel {...shared} order={1} title="Errors" lines={lines.errors} unit={formatPercent} floor={1} summary={said.errors} />
        <ChartPanel
          {...shared}
          rows={latencyRows}
          order={2}
          title="Latency"
          lines={lines.latency}
          legend={lines.latencyLegend}
          unit={formatLatency}
          floor={10}
          summary={said.latency}
        />
      </div>
    </div>
  );
});

function SmallButton({ pressed, onClick, children }: { pressed: boolean; onClick: () => void; children: string }) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onClick}
      className={`touch-target h-6 rounded-sm px-2 text-xs pointer-coarse:h-8 ${pressed ? "bg-accent-soft font-medium text-accent" : "text-ink-soft hover:bg-hover hover:text-ink"}`}
    >
      {children}
    </button>
  );
}

function linesOf(oldName: string | null, newName: string) {
  const both = (figure: "Rate" | "Error"): ChartLine[] => [
    ...(oldName === null ? [] : [{ key: `old${figure}` as const, name: oldName, colour: "--release-old" }]),
    { key: `new${figure}` as const, name: newName, colour: "--release-new", width: 2 },
  ];
  const percentiles = (arm: "old" | "new", name: string, colour: string): ChartLine[] => [
    { key: `${arm}P50`, name: `${name} p50`, colour, width: 2 },
    { key: `${arm}P95`, name: `${name} p95`, colour, dash: "7 3" },
    { key: `${arm}P99`, name: `${name} p99`, colour, dash: "2 2" },
  ];
  return {
    requests: both("Rate"),
    errors: both("Error"),
    latency: [...(oldName === null ? [] : percentiles("old", oldName, "--release-old")), ...percentiles("new", newName, "--release-new")],
    latencyLegend: [...both("Rate"), ...percentiles("new", "", "--ink-soft").map((line) => ({ ...line, name: line.name.trim() }))],
  };
}

function nameOf(releaseId: string | null, names: Readonly<Record<string, string>>): string {
  if (releaseId === null) return "no release";
  return names[releaseId] ?? "another release";
}
