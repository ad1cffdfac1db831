"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { createInstances } from "#domain/fleet.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import type { PreviewFleet } from "./use-plan-preview.ts";

const sampleKey = "sample";
const sampleFleet: PreviewFleet = {
  name: "12 instances in 3 zones",
  instances: createInstances(12, ["a", "b", "c"]),
  requestsPerSecond: null,
  errorRate: null,
};

/** Which fleet the designer tries the plan on: a real one, or a sample that is always there. */
export function usePreviewFleet() {
  const trpc = useTRPC();
  const fleets = useQuery(trpc.fleets.list.queryOptions());
  const [chosen, setChosen] = useState<string | null>(null);
  const key = chosen ?? fleets.data?.[0]?.fleetId ?? sampleKey;
  const detail = useQuery(trpc.fleets.get.queryOptions({ fleetId: key }, { enabled: key !== sampleKey, staleTime: 30_000 }));

  const { data } = detail;
  const fleet = useMemo<PreviewFleet>(() => {
    if (key === sampleKey || !data) return sampleFleet;
    return {
      name: data.name,
      instances: data.fleet.instances,
      requestsPerSecond: data.requestsPerSecond,
      errorRate: data.errorRate,
    };
  }, [key, data]);
  const rows = fleets.data;
  const options = useMemo(
    () => [
      ...(rows ?? []).map((row) => ({ value: row.fleetId, label: `${row.name} (${row.desired} instances)` })),
      { value: sampleKey, label: `A sample: ${sampleFleet.name}` },
    ],
    [rows],
  );
  return { fleet, key, choose: setChosen, options };
}
