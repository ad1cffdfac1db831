"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo, useSyncExternalStore } from "react";
import { readStored, writeStored } from "./stored.ts";
import { useTRPC } from "./trpc.tsx";
import { useFleets } from "./use-fleets.ts";

const storageKey = "tideline-environment";
const listMs = 30_000;

/** Of this tab: another one may look elsewhere. A new tab begins with the last choice of all. */
let chosen: string | null = null;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): string {
  chosen ??= readStored(storageKey) ?? "";
  return chosen;
}

/** "" for all. */
export function chooseEnvironment(environment: string): void {
  chosen = environment;
  writeStored(storageKey, environment);
  for (const listener of [...listeners]) listener();
}

interface ChosenEnvironment {
  /** What lists are narrowed to; "" for all. One that is gone, or that this person does not see, narrows nothing. */
  readonly environment: string;
  /** Those that this person sees, by name: of fleets that are there, and of rollouts that were. */
  readonly environments: readonly string[];
}

/** Which environment the console is narrowed to. */
export function useChosenEnvironment(): ChosenEnvironment {
  const trpc = useTRPC();
  const wanted = useSyncExternalStore(subscribe, read, () => "");
  const listed = useQuery(trpc.environments.list.queryOptions(undefined, { staleTime: listMs })).data;
  const fleets = useFleets().data;
  const environments = useMemo(
    () => [...new Set([...(listed ?? []), ...(fleets ?? [])].map(({ environment }) => environment))].sort(),
    [listed, fleets],
  );
  return { environment: environments.includes(wanted) ? wanted : "", environments };
}
