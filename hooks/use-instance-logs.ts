"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPCClient } from "./trpc.tsx";

interface ShownLine {
  readonly number: number;
  readonly at: number;
  readonly stream: "out" | "err";
  readonly text: string;
}

/** Lines kept in the browser: the oldest go first, and it is said. */
export const logLinesMax = 50_000;
const linesAtOnce = 500;
/** A flood is read in a few calls at once, and the rest at the next look. */
const callsMax = 10;
const followMs = 1_000;

export interface ShownLog {
  readonly lines: readonly ShownLine[];
  /** Some of what was read is not kept any more. */
  readonly isCapped: boolean;
}

/** The newest lines of one instance, oldest first; new ones are asked for once a second while `reads` holds. */
export function useInstanceLogs(fleetId: string, instanceId: string, reads: boolean) {
  const client = useTRPCClient();
  const [buffer] = useState<{ log: ShownLog }>({ log: { lines: [], isCapped: false } });
  return useQuery({
    queryKey: ["instance-logs", fleetId, instanceId],
    queryFn: async ({ signal }) => {
      for (let call = 0; call < callsMax; call += 1) {
        const after = buffer.log.lines.at(-1)?.number ?? 0;
        const more = await client.fleets.logs.query({ fleetId, instanceId, after, limit: linesAtOnce }, { signal });
        buffer.log = addLines(buffer.log, more);
        // The first call brings the newest lines and no earlier ones.
        if (after === 0 || more.length < linesAtOnce) break;
      }
      return buffer.log;
    },
    refetchInterval: reads ? followMs : false,
    gcTime: 0,
    staleTime: 0,
  });
}

/** Another call may have added some of them meanwhile. The same log where nothing is new. */
function addLines(log: ShownLog, more: readonly ShownLine[]): ShownLog {
  const newest = log.lines.at(-1)?.number ?? 0;
  const fresh = more.filter((line) => line.number > newest);
  if (fresh.length === 0) return log;
  const lines = [...log.lines, ...fresh];
  return { lines: lines.slice(-logLinesMax), isCapped: log.isCapped || lines.length > logLinesMax };
}
