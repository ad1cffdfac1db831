"use client";

import { useMutation } from "@tanstack/react-query";
import type { Release } from "#domain/release.ts";
import { useTRPCClient } from "#hooks/trpc.tsx";
import type { AnyInput } from "./any-draft.ts";

/** Records a release of either kind. */
export function useRecordRelease(options: { onSuccess?: (release: Release) => void } = {}) {
  const client = useTRPCClient();
  return useMutation({
    mutationFn: (asked: AnyInput): Promise<Release> =>
      asked.kind === "process" ? client.releases.record.mutate(asked.input) : client.releases.recordImage.mutate(asked.input),
    ...options,
  });
}
