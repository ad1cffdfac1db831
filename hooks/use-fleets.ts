"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { readPausedAt } from "./live-pause.ts";
import { watchFleets } from "./socket.ts";
import { useTRPC } from "./trpc.tsx";

/** Numbers of traffic age without any event; this is how often they are read again, in milliseconds. */
const FLEETS_MS = 5_000;
/** Many rows may change in one moment; they are read once. */
const GATHER_MS = 250;

/** The fleets, kept current while the tab is visible. */
export function useFleets() {
  const trpc = useTRPC();
  return useQuery(trpc.fleets.list.queryOptions(undefined, { refetchInterval: FLEETS_MS }));
}

/** Reads the lists again when the server says that a row changed. Once per page, in the shell. */
export function useListsKeptCurrent() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const close = watchFleets(() => {
      timer ??= setTimeout(() => {
        timer = null;
        // Everything is read again when the page goes on.
        if (readPausedAt() !== null) return;
        void queryClient.invalidateQueries(trpc.fleets.list.queryFilter());
        void queryClient.invalidateQueries(trpc.rollouts.list.queryFilter());
        void queryClient.invalidateQueries(trpc.rollouts.search.queryFilter());
      }, GATHER_MS);
    });
    return () => {
      close();
      if (timer) clearTimeout(timer);
    };
  }, [trpc, queryClient]);
}
