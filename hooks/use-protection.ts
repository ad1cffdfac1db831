"use client";

import { useQuery } from "@tanstack/react-query";
import type { Protection } from "#domain/protection.ts";
import { useTRPC } from "./trpc.tsx";

const protectionMs = 30_000;

/** What an environment asks for; null until known. */
export function useProtection(environment: string | undefined): Protection | null {
  const trpc = useTRPC();
  const environments = useQuery(trpc.environments.list.queryOptions(undefined, { staleTime: protectionMs, enabled: environment !== undefined }));
  return environments.data?.find((each) => each.environment === environment) ?? null;
}
