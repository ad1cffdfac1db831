"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FleetSummary } from "#domain/live.ts";
import { useTRPC } from "./trpc.tsx";

/** Names by id: of all the service's releases, and of those that run though they are no longer listed. */
export function useServiceReleaseNames(service: string | null, running: FleetSummary["releases"] | undefined): Readonly<Record<string, string>> {
  const trpc = useTRPC();
  const releases = useQuery(trpc.releases.list.queryOptions({ service: service ?? "" }, { enabled: service !== null }));
  return useMemo(() => {
    const all = [...(releases.data ?? []), ...(running ?? [])];
    return Object.fromEntries(all.map(({ releaseId, name }) => [releaseId, name]));
  }, [releases.data, running]);
}
