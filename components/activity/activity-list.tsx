"use client";

import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useId, useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { withoutControls } from "#components/ui/plain-text.ts";
import { Ago, formatMoment } from "#components/ui/time.tsx";
import type { Activity } from "#domain/activity.ts";
import { paths } from "#domain/paths.ts";
import { describeAction, describeTarget, pathOfTarget } from "./activity-words.ts";

/** What was done and what was refused, newest first; each line unfolds to all that was recorded of it. */
export function ActivityList({ rows }: { rows: readonly Activity[] }) {
  return (
    <Card flush>
      <ul className="divide-y divide-line">
        {rows.map((row) => (
          <Row key={row.seq} row={row} />
        ))}
      </ul>
    </Card>
  );
}

function Row({ row }: { row: Activity }) {
  const [open, setOpen] = useState(false);
  const detailsId = useId();
  const { kind, name } = describeTarget(row.target, row.targetName);
  const path = pathOfTarget(row.target, row.detail);
  return (
    <li>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2 text-sm hover:bg-hover">
        <button
          type="button"
          data-row
          aria-expanded={open}
          aria-controls={detailsId}
          onClick={() => setOpen(!open)}
          className="flex min-h-6 min-w-0 items-center gap-1.5 text-left sm:w-72"
        >
          <ChevronRight
            aria-hidden
            className={cn("size-4 shrink-0 text-ink-faint transition-transform motion-reduce:transition-none", open && "rotate-90")}
          />
          <span className="min-w-0 truncate font-medium">{describeAction(row.action, row.detail)}</span>
          {row.outcome === "refused" ? <Badge tone="warn">Refused</Badge> : null}
        </button>
        <span className="flex min-w-0 flex-1 basis-40 flex-wrap items-center gap-x-1.5 max-sm:order-last max-sm:basis-full max-sm:pl-5.5">
          <span className="text-ink-faint">{kind}</span>
          {path === null ? <span className="min-w-0 break-all">{name}</span> : <TargetLink href={path}>{name}</TargetLink>}
          {typeof row.detail.rolloutId === "string" && kind !== "rollout" ? (
            <TargetLink href={paths.rollout(row.detail.rolloutId)}>its rollout</TargetLink>
          ) : null}
        </span>
        <span className="truncate text-ink-soft max-sm:order-last max-sm:ml-5.5 sm:w-40">{row.actorName}</span>
        <Ago at={row.at} className="numbers shrink-0 text-right text-ink-soft max-sm:ml-auto sm:w-28" />
      </div>
      <div id={detailsId} hidden={!open} className="border-line border-t bg-sunken px-4 py-3 sm:pl-9.5">
        {open ? <Details row={row} /> : null}
      </div>
    </li>
  );
}

function TargetLink({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} className="min-h-6 min-w-0 content-center break-all text-accent underline-offset-2 hover:underline">
      {children}
    </Link>
  );
}

function Details({ row }: { row: Activity }) {
  return (
    <dl className="numbers grid gap-x-6 gap-y-1 text-sm sm:grid-cols-[8rem_minmax(0,1fr)]">
      <Entry term="When">{formatMoment(new Date(row.at))}</Entry>
      <Entry term="Who">{row.actorId ? `${row.actorName} (${row.actorId})` : row.actorName}</Entry>
      <Entry term="Action">
        <code className="font-mono text-xs">{row.action}</code>
      </Entry>
      <Entry term="Target">
        <code className="break-all font-mono text-xs">{row.target}</code>
      </Entry>
      {Object.entries(row.detail).map(([name, value]) => (
        <Entry key={name} term={name}>
          <code className="whitespace-pre-wrap break-all font-mono text-xs">
            {withoutControls(typeof value === "string" ? value : (JSON.stringify(value) ?? ""))}
          </code>
        </Entry>
      ))}
      <Entry term="Row">
        {row.seq.toLocaleString("en-GB")}, <code className="break-all font-mono text-xs">{row.hash}</code>
      </Entry>
    </dl>
  );
}

function Entry({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="break-words text-ink-faint max-sm:not-first:mt-1">{term}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
