"use client";

import { Check, LoaderCircle, type LucideIcon, X } from "lucide-react";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { withoutControls } from "#components/ui/plain-text.ts";
import { ScrollArea } from "#components/ui/scroll-area.tsx";
import { formatDuration } from "#domain/duration.ts";
import type { HookRun, Rollout } from "#domain/rollout.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { type HookView, hookTitles, hookViews, runWord } from "./hook-runs.ts";

/** Runs shown of one hook; a rollout of many batches has many. */
const runsMax = 8;

/** The plan's hooks: what ran, how long, how it ended, and the last of what it wrote. */
export function HooksCard({ rollout }: { rollout: Rollout }) {
  const hooks = hookViews(rollout);
  if (hooks.length === 0) return null;
  return (
    <Card title="Hooks" flush>
      <ul className="divide-y divide-line">
        {hooks.map((view) => (
          <HookRow key={view.hook} view={view} />
        ))}
      </ul>
    </Card>
  );
}

function HookRow({ view }: { view: HookView }) {
  const { runs } = view;
  return (
    <li className="grid gap-x-4 gap-y-1.5 px-4 py-2.5 sm:grid-cols-[minmax(0,14rem)_minmax(0,1fr)]">
      <div className="min-w-0">
        <h3 className="font-medium text-sm">{hookTitles[view.hook]}</h3>
        <p className="truncate font-mono text-ink-faint text-xs" title={view.target}>
          {view.target}
        </p>
      </div>
      {runs.length === 0 ? <p className="text-ink-faint text-sm">Has not run.</p> : null}
      {runs.length > 0 ? (
        <ul className="flex min-w-0 flex-col gap-1.5">
          {runs.slice(-runsMax).map((run) => (
            <Run key={run.key} run={run} />
          ))}
          {runs.length > runsMax ? (
            <li className="text-ink-faint text-xs">
              The last {runsMax} of {runs.length} runs; the events tell of all.
            </li>
          ) : null}
        </ul>
      ) : null}
    </li>
  );
}

const looks: Readonly<Record<HookRun["status"], { Icon: LucideIcon; tone: string }>> = {
  running: { Icon: LoaderCircle, tone: "text-progress" },
  succeeded: { Icon: Check, tone: "text-ok" },
  failed: { Icon: X, tone: "text-bad" },
};

function Run({ run }: { run: HookRun }) {
  const { Icon, tone } = looks[run.status];
  return (
    <li className="text-sm">
      <p className="flex items-center gap-1.5">
        <Icon aria-hidden className={cn("size-4 shrink-0", tone)} />
        <span className={run.status === "failed" ? "text-bad" : undefined}>
          {run.batch === null ? capital(runWord(run)) : `Batch ${run.batch}: ${runWord(run)}`}
        </span>
        <span className="numbers ml-auto shrink-0 text-ink-faint text-xs">
          <Duration run={run} />
        </span>
      </p>
      {run.message && run.status === "failed" ? <p className="break-words pl-5.5 text-ink-soft text-xs">{withoutControls(run.message)}</p> : null}
      {run.output === "" ? null : <Output run={run} />}
    </li>
  );
}

/** Open where it failed: that is when somebody wants to read it. */
function Output({ run }: { run: HookRun }) {
  return (
    <details className="pl-5.5" open={run.status === "failed" && !run.isAccepted}>
      <summary className="touch-target flex min-h-6 w-fit cursor-pointer items-center text-accent text-xs underline-offset-2 hover:underline">
        Output
      </summary>
      <ScrollArea
        label={`Output of ${hookTitles[run.hook].toLowerCase()}${run.batch === null ? "" : `, batch ${run.batch}`}`}
        className="max-h-48 rounded-md border border-line bg-sunken p-2"
      >
        <pre className="whitespace-pre-wrap break-all font-mono text-xs leading-5">{withoutControls(run.output)}</pre>
      </ScrollArea>
    </details>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function Duration({ run }: { run: HookRun }) {
  const now = useEngineNow();
  if (run.endedAt === null && now === 0) return null;
  return formatDuration(Math.max(0, (run.endedAt ?? now) - run.startedAt));
}
