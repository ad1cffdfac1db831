"use client";

import { useQuery } from "@tanstack/react-query";
import { type Attention, listAttention } from "#domain/attention.ts";
import { can } from "#domain/role.ts";
import { useSession } from "./session.tsx";
import { useTRPC } from "./trpc.tsx";
import { useFleets } from "./use-fleets.ts";

/** A destination is worth a look after minutes; this is how often it is asked, in milliseconds. */
const DESTINATIONS_MS = 30_000;

/** What waits for the signed-in person in every environment, the worst first; nothing while the fleets are not known. */
export function useAttention(): { readonly known: boolean; readonly entries: readonly Attention[] } {
  const trpc = useTRPC();
  const { access } = useSession();
  const { data: fleets } = useFleets();
  const enabled = fleets?.some(({ environment }) => can(access, "notification.set", environment)) ?? false;
  const destinations = useQuery(
    trpc.notifications.list.queryOptions(undefined, { enabled, refetchInterval: DESTINATIONS_MS, staleTime: DESTINATIONS_MS }),
  );
  return { known: fleets !== undefined, entries: listAttention(fleets ?? [], destinations.data) };
}
