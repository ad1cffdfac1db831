"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTRPC } from "./trpc.tsx";

/** Names of the releases that a fleet runs, by id; empty until they are read, or when they are not wanted. */
export function useReleaseNames(fleetId: string, wanted: boolean): Readonly<Record<string, string>> {
  const trpc = useTRPC();
  const fleet = useQuery(trpc.fleets.get.queryOptions({ fleetId }, { enabled: wanted }));
  const releases = fleet.data?.releases;
  return useMemo(() => Object.fromEntries((releases ?? []).map(({ releaseId, name }) => [releaseId, name])), [releases]);
}
