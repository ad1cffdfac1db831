"use client";

import { useId } from "react";
import type { FigureRow, Insights } from "#domain/insights/insights.ts";
import { FigureRows } from "./figure-rows.tsx";
import type { FigureText } from "./figure-words.ts";

interface FigureCardProps {
  readonly label: string;
  readonly text: FigureText;
  /** How it is counted, in a sentence. */
  readonly meaning: string;
  readonly rows: readonly FigureRow[];
  readonly rollouts: Insights["rollouts"];
  readonly format?: (value: number) => string;
}

/** One figure, how it is counted, and what it is made of. */
export function FigureCard({ label, text, meaning, rows, rollouts, format }: FigureCardProps) {
  const labelId = useId();
  return (
    <section aria-labelledby={labelId} className="min-w-0 rounded-lg border border-line bg-surface px-4 py-3">
      <h2 id={labelId} className="text-ink-soft text-sm">
        {label}
      </h2>
      <p className="numbers mt-1 font-semibold text-2xl leading-8 tracking-tight">{text.value}</p>
      <p className="numbers text-ink-soft text-sm">{text.note}</p>
      <p className="mt-2 text-ink-faint text-xs leading-4">{meaning}</p>
      <FigureRows rows={rows} rollouts={rollouts} label={label} format={format} />
    </section>
  );
}
