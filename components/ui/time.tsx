"use client";

import { useEffect, useState } from "react";

/** Browser time, renewed every `everyMs`. Null before the first paint, so that server and browser agree. */
export function useNow(everyMs: number): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** How long ago, in words that need no second look; the exact time as title and for machines. */
export function Ago({ at, className }: { at: number; className?: string }) {
  const now = useNow(agoEveryMs);
  const exact = new Date(at);
  return (
    <time dateTime={exact.toISOString()} title={now === null ? undefined : formatMoment(exact)} className={className}>
      {now === null ? "" : formatAgo(now - at)}
    </time>
  );
}

export function formatAgo(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ago`;
  return `${Math.floor(hours / 24)} days ago`;
}

const agoEveryMs = 5_000;
const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

export function formatMoment(at: Date): string {
  return moment.format(at);
}
