"use client";

import { useAttention } from "#hooks/use-attention.ts";

/** How many things of an environment need a person. */
export function useWaiting(): (environment: string) => number {
  const { entries } = useAttention();
  return (environment) => entries.filter((entry) => entry.environment === environment).length;
}
