"use client";

import { useMemo, useState } from "react";
import { formatBytes, formatCores } from "#domain/evidence/words.ts";
import type { ReleaseSample } from "#domain/metric.ts";
import { ChartPanel } from "./chart-panel.tsx";
import { formatCount } from "./format-figure.ts";
import { type NamedRelease, summarizeResources } from "./resource-summary.ts";
import { SmallButton } from "./small-button.tsx";
import type { ChartLine, TimeChartProps } from "./time-chart.tsx";

type ResourcePanelsProps = Pick<TimeChartProps, "rows" | "marks" | "from" | "until" | "group"> & {
  readonly samples: readonly ReleaseSample[];
  readonly old: NamedRelease | null;
  readonly fresh: NamedRelease | null;
  readonly asTable: boolean;
  readonly isReading: boolean;
};

/** Below this nothing is worth a chart that fills its height. */
const CPU_FLOOR = 0.1;
const MEMORY_FLOOR = 50e6;

/** CPU and memory of one instance, old against new, and how often instances were started again. Folded on small screens, where its sentences stand. */
export function ResourcePanels({ samples, old, fresh, ...shared }: ResourcePanelsProps) {
  const [isOpen, setOpen] = useState(false);
  const lines = useMemo(() => ({ cpu: linesOf("Cpu", old, fresh), memory: linesOf("Memory", old, fresh) }), [old, fresh]);
  const said = summarizeResources(samples, [fresh, old], shared.until);
  if (said === null) return null;
  return (
    <section aria-label="Resources" className="space-y-3 border-line border-t pt-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <h3 className="font-medium text-sm">Resources of an instance</h3>
        <div className="ml-auto lg:hidden">
          <SmallButton pressed={isOpen} onClick={() => setOpen(!isOpen)}>
            Charts
          </SmallButton>
        </div>
      </div>
      {isOpen ? null : (
        <div className="numbers space-y-0.5 text-ink-soft text-xs lg:hidden">
          <p>{said.cpu}</p>
          <p>{said.memory}</p>
        </div>
      )}
      <div className={`grid gap-x-6 gap-y-5 lg:grid-cols-2 xl:grid-cols-3 ${isOpen ? "" : "max-lg:hidden"}`}>
        <ChartPanel
          {...shared}
          order={3}
          title="CPU (cores)"
          lines={lines.cpu}
          unit={formatCores}
          axisUnit={formatAxis}
          floor={CPU_FLOOR}
          summary={`Mean of an instance. ${said.cpu}`}
        />
        <ChartPanel
          {...shared}
          order={4}
          title="Memory"
          lines={lines.memory}
          unit={formatBytes}
          floor={MEMORY_FLOOR}
          summary={`Mean of an instance. ${said.memory}`}
        />
        <Restarts restarts={said.restarts} />
      </div>
    </section>
  );
}

function Restarts({ restarts }: { restarts: readonly { readonly name: string; readonly count: number }[] }) {
  return (
    <div>
      <h4 className="font-medium text-sm">Restarts</h4>
      <dl className="mt-2 flex flex-wrap gap-x-8 gap-y-2">
        {restarts.map(({ name, count }) => (
          <div key={name}>
            <dt className="text-ink-faint text-xs">{name}</dt>
            <dd className={`numbers font-semibold text-xl tracking-tight ${count > 0 ? "text-warn" : ""}`}>{formatCount(count)}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-1 text-ink-soft text-xs">Programs that ended and were started again, of all instances in the time shown.</p>
    </div>
  );
}

function formatAxis(value: number): string {
  return String(value);
}

function linesOf(figure: "Cpu" | "Memory", old: NamedRelease | null, fresh: NamedRelease | null): ChartLine[] {
  return [
    ...(old === null ? [] : [{ key: `old${figure}` as const, name: old.name, colour: "--release-old" }]),
    ...(fresh === null ? [] : [{ key: `new${figure}` as const, name: fresh.name, colour: "--release-new", width: 2 }]),
  ];
}
