"use client";

import { useNow } from "#components/ui/time.tsx";
import { useConnection } from "#hooks/use-connection.ts";

const texts = { live: "Live", reconnecting: "Reconnecting…", stale: "Stale" } as const;

/** Whether what the page shows is current. Only a change of state is announced, never the seconds. */
export function LiveIndicator() {
  const { state, lastMessageAt } = useConnection();
  const now = useNow(1_000);
  const age = now !== null && lastMessageAt !== null ? Math.max(0, Math.round((now - lastMessageAt) / 1_000)) : null;
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap text-ink-soft text-xs" data-connection={state}>
      <Dot state={state} />
      <span role="status">{texts[state]}</span>
      {state !== "live" && age !== null ? <span className="numbers max-sm:hidden">(last update {age} s ago)</span> : null}
    </span>
  );
}

function Dot({ state }: { state: keyof typeof texts }) {
  if (state === "live") return <span aria-hidden className="size-2 rounded-full bg-ok" />;
  if (state === "stale") return <span aria-hidden className="size-2 bg-bad" />;
  return <span aria-hidden className="size-2 animate-breathe rounded-full border-2 border-warn" />;
}
