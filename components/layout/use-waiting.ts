"use client";

import { listAttention } from "#domain/attention.ts";
import { useFleets } from "#hooks/use-fleets.ts";

/** How many things of an environment need a person. */
export function useWaiting(): (environment: string) => number {
  const fleets = useFleets().data ?? [];
  return (environment) => listAttention(fleets.filter((fleet) => fleet.environment === environment)).length;
}
