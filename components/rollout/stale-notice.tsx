import { Unplug } from "lucide-react";
import { formatClock } from "#components/charts/format-figure.ts";
import type { Connection } from "#hooks/connection-state.ts";

interface StaleNoticeProps {
  /** While what is shown is not current; null while it is. */
  readonly connection: Connection | null;
  /** Why the fleet cannot be seen, in words. */
  readonly unreachable: string | null;
}

/** Says that the page is old, and from when. The announcer says it aloud. */
export function StaleNotice({ connection, unreachable }: StaleNoticeProps) {
  if (!connection && !unreachable) return null;
  return (
    <p className="mb-3 flex items-center gap-2 rounded-md border border-warn bg-warn-soft px-3 py-2 text-sm text-warn">
      <Unplug aria-hidden className="size-4 shrink-0" />
      <span>
        {connection
          ? `${connection.state === "stale" ? "Nothing is heard from the server" : "Reconnecting…"} What you see is of ${formatClock(connection.lastMessageAt ?? 0)}; the rollout goes on without this page.`
          : `The fleet cannot be seen right now: ${unreachable}`}
      </span>
    </p>
  );
}
