"use client";

import { useEffect, useRef, useState } from "react";
import { cn } from "#components/ui/cn.ts";
import { ErrorState } from "#components/ui/error-state.tsx";
import { withoutControls } from "#components/ui/plain-text.ts";
import { Switch } from "#components/ui/switch.tsx";
import { failureOf } from "#hooks/failure.ts";
import { type ShownLine, useInstanceLogs } from "#hooks/use-instance-logs.ts";

/** What the instance wrote, newest at the end. Its text is shown as text, whatever it holds. */
export function InstanceLogs({ fleetId, instanceId }: { fleetId: string; instanceId: string }) {
  const [follow, setFollow] = useState(true);
  const logs = useInstanceLogs(fleetId, instanceId, follow);
  const frame = useRef<HTMLElement>(null);
  const newest = logs.data?.at(-1)?.number;
  useEffect(() => {
    if (follow && newest !== undefined && frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  }, [follow, newest]);
  return (
    <div className="grid gap-2">
      <div className="flex items-center justify-between gap-3">
        <h3 className="font-semibold text-sm">Log</h3>
        <Switch checked={follow} onCheckedChange={setFollow}>
          Follow
        </Switch>
      </div>
      {logs.isError && !logs.data ? (
        <ErrorState title={`The log of ${instanceId} could not be read.`} failure={failureOf(logs.error)} onRetry={() => void logs.refetch()} />
      ) : (
        <section
          ref={frame}
          aria-label={`Log of ${instanceId}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          className="h-72 overflow-auto rounded-md border border-line bg-sunken p-2 font-mono text-xs leading-5"
        >
          {logs.isPending ? <p className="text-ink-faint">Reading…</p> : null}
          {logs.data?.length === 0 ? <p className="text-ink-faint">It has written nothing yet.</p> : null}
          <ol>
            {logs.data?.map((line) => (
              <Line key={line.number} line={line} />
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}

function Line({ line }: { line: ShownLine }) {
  return (
    <li className="flex gap-2">
      <time className="shrink-0 text-ink-faint" dateTime={new Date(line.at).toISOString()}>
        {clock.format(line.at)}
      </time>
      <span className={cn("min-w-0 whitespace-pre-wrap break-all", line.stream === "err" && "text-bad")}>
        {line.stream === "err" ? <span className="sr-only">error output: </span> : null}
        {withoutControls(line.text)}
      </span>
    </li>
  );
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
