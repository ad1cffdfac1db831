"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FleetDetail, FleetLive, FleetSummary } from "#domain/live.ts";
import { useTRPC } from "./trpc.tsx";
import { useFleetLive } from "./use-fleet-live.ts";

/** What the socket does not say (address, traffic setting, last rollout) is read again this often, in milliseconds. */
const FLEET_MS = 5_000;

/** One fleet with its instances, brought up to the newest second while the tab is visible. */
export function useFleet(fleetId: string) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const query = useQuery(trpc.fleets.get.queryOptions({ fleetId }, { refetchInterval: FLEET_MS }));
  const { live } = useFleetLive(fleetId);
  const detail = useMemo(() => query.data && withLive(query.data, live), [query.data, live]);
  return { ...query, detail, readAgain: () => queryClient.invalidateQueries(trpc.fleets.get.queryFilter({ fleetId })) };
}

function withLive(known: FleetDetail, live: FleetLive | null): FleetDetail {
  if (!live || live.fleetId !== known.fleetId) return known;
  return {
    ...known,
    unreachable: live.unreachable,
    instances: live.instances,
    releases: countReleases(known, live),
    ready: live.instances.filter((instance) => instance.ready).length,
    inRotation: live.instances.filter((instance) => instance.rotation === "in").length,
  };
}

/** Most instances first. A release whose name is not known yet comes with the next read; until then the last count stands. */
function countReleases(known: FleetDetail, live: FleetLive): FleetSummary["releases"] {
  const counts = new Map<string, number>();
  for (const { unit } of live.instances) if (unit) counts.set(unit.releaseId, (counts.get(unit.releaseId) ?? 0) + 1);
  const named = [...counts].map(([releaseId, count]) => ({
    releaseId,
    count,
    name: known.releases.find((entry) => entry.releaseId === releaseId)?.name,
  }));
  const complete = named.flatMap(({ name, ...entry }) => (name === undefined ? [] : [{ ...entry, name }]));
  return complete.length === named.length ? complete.sort((a, b) => b.count - a.count) : known.releases;
}
