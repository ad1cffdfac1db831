"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPCClient } from "./trpc.tsx";

export interface ShownLine {
  readonly number: number;
  readonly at: number;
  readonly stream: "out" | "err";
  readonly text: string;
}

/** Lines kept in the browser, and lines asked for at once. */
const linesMax = 2_000;
const linesAtOnce = 500;
const followMs = 1_000;

/** The newest lines of one instance, oldest first; new ones are asked for once a second while `follow` holds. */
export function useInstanceLogs(fleetId: string, instanceId: string, follow: boolean) {
  const client = useTRPCClient();
  const [buffer] = useState<{ lines: readonly ShownLine[] }>({ lines: [] });
  return useQuery({
    queryKey: ["instance-logs", fleetId, instanceId],
    queryFn: async ({ signal }) => {
      const after = buffer.lines.at(-1)?.number ?? 0;
      const more = await client.fleets.logs.query({ fleetId, instanceId, after, limit: linesAtOnce }, { signal });
      // Another call may have added lines while this one waited.
      const newest = buffer.lines.at(-1)?.number ?? 0;
      buffer.lines = [...buffer.lines, ...more.filter((line) => line.number > newest)].slice(-linesMax);
      return buffer.lines;
    },
    refetchInterval: follow ? followMs : false,
    gcTime: 0,
    staleTime: 0,
  });
}
