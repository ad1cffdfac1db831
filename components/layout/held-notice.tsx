"use client";

import { Pause } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { formatMoment } from "#components/ui/time.tsx";
import { setPaused, usePausedAt } from "#hooks/live-pause.ts";

/** Says that the page stands still because somebody wished it, and since when. */
export function HeldNotice() {
  const pausedAt = usePausedAt();
  if (pausedAt === null) return null;
  return (
    <p className="flex items-center gap-3 border-warn border-b bg-warn-soft px-4 py-1.5 text-sm text-warn sm:px-6">
      <Pause aria-hidden className="size-4 shrink-0" />
      <span className="min-w-0 flex-1">
        You hold the page as it was at <time>{formatMoment(new Date(pausedAt))}</time>. Rollouts go on without it; a command lets it go on too.
      </span>
      <Button size="small" onClick={() => setPaused(false)}>
        Go on
      </Button>
    </p>
  );
}
