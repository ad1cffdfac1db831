"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { RolloutEvent } from "#domain/event.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import { useTRPC } from "./trpc.tsx";

/** Sooner than the log lets go of what came since. */
const againMs = 10_000;

interface InstanceEvents {
  readonly events: readonly RolloutEvent[];
  /** The earlier ones are on their way. */
  readonly isReading: boolean;
}

/** Everything that happened to one instance: the log holds the newest events of all, the server the earlier ones of this one. */
export function useInstanceEvents(rollout: Rollout, log: readonly RolloutEvent[], instanceId: string): InstanceEvents {
  const trpc = useTRPC();
  const { rolloutId, seq, status } = rollout;
  const read = useQuery(
    trpc.rollouts.instanceEvents.queryOptions({ rolloutId, instanceId }, { refetchInterval: isTerminal(status) ? false : againMs, gcTime: againMs }),
  );
  const events = useMemo(() => {
    const bySeq = new Map((read.data ?? []).map((event) => [event.seq, event]));
    for (const event of log) if ("instanceId" in event && event.instanceId === instanceId) bySeq.set(event.seq, event);
    // A page that shows an earlier moment shows nothing of what came after it.
    return [...bySeq.values()].filter((event) => event.seq <= seq).sort((a, b) => a.seq - b.seq);
  }, [read.data, log, instanceId, seq]);
  return { events, isReading: read.isPending };
}
