"use client";

import { useNow } from "#components/ui/time.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { setPaused, usePausedAt } from "#hooks/live-pause.ts";
import { useConnection } from "#hooks/use-connection.ts";

const texts = { live: "Live", reconnecting: "Reconnecting…", stale: "Stale", paused: "Held by you" } as const;
type Shown = keyof typeof texts;

/** Whether what the page shows is current; pressing it holds the page still. Only a change of state is announced, never the seconds. */
export function LiveIndicator() {
  const { state, lastMessageAt } = useConnection();
  const pausedAt = usePausedAt();
  const now = useNow(1_000);
  const shown: Shown = pausedAt === null ? state : "paused";
  const since = pausedAt ?? lastMessageAt;
  const age = now !== null && since !== null ? Math.max(0, Math.round((now - since) / 1_000)) : null;
  return (
    <Tooltip content={pausedAt === null ? "Hold the page still" : "Let the page go on"} side="bottom">
      <button
        type="button"
        aria-pressed={pausedAt !== null}
        onClick={() => setPaused(pausedAt === null)}
        className="touch-target inline-flex h-8 items-center gap-1.5 whitespace-nowrap rounded-md px-2 text-ink-soft text-xs hover:bg-hover hover:text-ink"
        data-connection={shown}
      >
        <Dot state={shown} />
        <span role="status">{texts[shown]}</span>
        {shown !== "live" && age !== null ? (
          <span className="numbers max-sm:hidden">{shown === "paused" ? `for ${age} s` : `(last update ${age} s ago)`}</span>
        ) : null}
        <span className="sr-only">{pausedAt === null ? ". Hold the page still" : ". Let the page go on"}</span>
      </button>
    </Tooltip>
  );
}

function Dot({ state }: { state: Shown }) {
  if (state === "live") return <span aria-hidden data-mark className="size-2 rounded-full bg-ok" />;
  if (state === "stale") return <span aria-hidden data-mark className="size-2 bg-bad" />;
  if (state === "paused")
    return (
      <span aria-hidden className="flex gap-0.5">
        <span data-mark className="h-2.5 w-1 bg-warn" />
        <span data-mark className="h-2.5 w-1 bg-warn" />
      </span>
    );
  return <span aria-hidden data-mark className="size-2 animate-breathe rounded-full border-2 border-warn" />;
}
