"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { FleetDetail, FleetLive } from "#domain/live.ts";
import { watchFleet } from "./socket.ts";
import { useTRPC } from "./trpc.tsx";

/** What the socket does not say (address, traffic setting, last rollout) is read again this often, in milliseconds. */
const FLEET_MS = 5_000;

/** One fleet with its instances, once a second while the tab is visible. */
export function useFleet(fleetId: string) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const options = trpc.fleets.get.queryOptions({ fleetId }, { refetchInterval: FLEET_MS });
  const query = useQuery(options);
  const key = trpc.fleets.get.queryKey({ fleetId });
  useEffect(
    () => watchFleet(fleetId, (live) => queryClient.setQueryData(trpc.fleets.get.queryKey({ fleetId }), (known) => known && withLive(known, live)), () => {}),
    [fleetId, queryClient, trpc],
  );
  return { ...query, readAgain: () => queryClient.invalidateQueries({ queryKey: key }) };
}

/** What is on the page, brought up to the newest second. */
function withLive(known: FleetDetail, live: FleetLive): FleetDetail {
  return {
    ...known,
    unreachable: live.unreachable,
    instances: live.instances,
    ready: live.instances.filter((instance) => instance.ready).length,
    inRotation: live.instances.filter((instance) => instance.rotation === "in").length,
  };
}
