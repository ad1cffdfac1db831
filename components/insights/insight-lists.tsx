"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { Card } from "#components/ui/card.tsx";
import { formatCount, formatPercent } from "#components/ui/numbers.ts";
import { formatDuration } from "#domain/duration.ts";
import { phaseWords } from "#domain/history/phase-words.ts";
import type { Insights } from "#domain/insights/insights.ts";
import { paths } from "#domain/paths.ts";
import { FigureRows } from "./figure-rows.tsx";
import { causeWords } from "./figure-words.ts";

/** Why changes went back, where the time goes, and which instances fail. */
export function InsightLists({ insights }: { insights: Insights }) {
  const { causes, phases, instances, rollouts } = insights;
  const allMs = Math.max(
    1,
    phases.reduce((sum, { totalMs }) => sum + totalMs, 0),
  );
  const turned = Math.max(1, ...causes.map(({ rows }) => rows.length));
  return (
    <div className="mt-4 grid items-start gap-4 lg:grid-cols-3">
      <List title="Causes of rollback" description="Why changes turned back or were taken back" empty="No change turned back.">
        {causes.map(({ cause, rows }) => (
          <Item key={cause} share={rows.length / turned} name={causeWords[cause]} value={String(rows.length)}>
            <FigureRows rows={rows} rollouts={rollouts} label={causeWords[cause]} />
          </Item>
        ))}
      </List>
      <List title="Slowest phases" description="Share of the time of all rollouts" empty="No time was recorded.">
        {phases.map(({ phase, totalMs, spread, rows }) => (
          <Item
            key={phase}
            share={totalMs / allMs}
            name={phaseWords[phase]}
            value={formatPercent(totalMs / allMs)}
            note={`${formatDuration(spread.median)} in the median rollout, 9 of 10 within ${formatDuration(spread.p90)}`}
          >
            <FigureRows rows={rows} rollouts={rollouts} label={phaseWords[phase]} format={formatDuration} />
          </Item>
        ))}
      </List>
      <List title="Flakiest instances" description="Failed attempts, those that failed in most rollouts first" empty="No attempt failed.">
        {instances.map(({ fleetId, fleetName, instanceId, failedAttempts, rows }) => (
          <Item
            key={`${fleetId} ${instanceId}`}
            name={
              <>
                <span className="font-mono">{instanceId}</span> of{" "}
                <Link href={paths.fleet(fleetId)} className="text-accent underline-offset-2 hover:underline">
                  {fleetName}
                </Link>
              </>
            }
            value={formatCount(failedAttempts, "attempt")}
          >
            <FigureRows rows={rows} rollouts={rollouts} label={`${instanceId} of ${fleetName}`} format={(count) => `${count} failed`} />
          </Item>
        ))}
      </List>
    </div>
  );
}

function List({ title, description, empty, children }: { title: string; description: string; empty: string; children: readonly ReactNode[] }) {
  return (
    <Card title={title} description={description} flush>
      {children.length === 0 ? <p className="px-4 py-3 text-ink-soft text-sm">{empty}</p> : <ul className="divide-y divide-line">{children}</ul>}
    </Card>
  );
}

interface ItemProps {
  readonly name: ReactNode;
  readonly value: string;
  readonly note?: string;
  /** Of the longest, or of all: drawn as a bar. */
  readonly share?: number;
  readonly children: ReactNode;
}

function Item({ name, value, note, share, children }: ItemProps) {
  return (
    <li className="px-4 py-2.5 text-sm">
      <p className="flex items-baseline justify-between gap-3">
        <span className="min-w-0 truncate">{name}</span>
        <span className="numbers shrink-0 font-medium">{value}</span>
      </p>
      {share === undefined ? null : (
        <span aria-hidden className="mt-1 block h-1.5 rounded-full bg-sunken">
          <span className="block h-full rounded-full bg-line-strong" style={{ width: `${share * 100}%` }} />
        </span>
      )}
      {note ? <p className="numbers mt-1 text-ink-faint text-xs">{note}</p> : null}
      {children}
    </li>
  );
}
