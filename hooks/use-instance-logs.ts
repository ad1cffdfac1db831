"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { addLines, emptyLog, type ShownLog } from "./log-buffer.ts";
import { useTRPCClient } from "./trpc.tsx";

const linesAtOnce = 500;
/** A flood is read in a few calls at once, and the rest at the next look. */
const callsMax = 10;
const followMs = 1_000;

/** The newest lines of one instance, oldest first; new ones are asked for once a second while `reads` holds. */
export function useInstanceLogs(fleetId: string, instanceId: string, reads: boolean) {
  const client = useTRPCClient();
  const [buffer] = useState<{ log: ShownLog }>({ log: emptyLog });
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
