"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { TrafficPanel } from "#components/charts/traffic-panel.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Rollout } from "#domain/rollout.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { alignTraffic, type Pair } from "./compare-figures.ts";

/** As samples are stored: narrower ones are soon forgotten. */
const WIDTH_MS_MIN = 10_000;
const BUCKETS_MAX = 250;
const marks = [] as const;

/** What both new releases answered, laid over each other from the start of each. */
export function CompareTraffic({ a, b }: Pair<Rollout>) {
  const now = useEngineNow();
  const lengths = [a, b].map(({ startedAt, endedAt }) => (endedAt ?? Math.max(now, startedAt)) - startedAt);
  const longest = Math.max(WIDTH_MS_MIN, ...lengths);
  const widthMs = Math.max(WIDTH_MS_MIN, Math.ceil(longest / BUCKETS_MAX / WIDTH_MS_MIN) * WIDTH_MS_MIN);
  const [ofA, ofB] = [useSamples(a, longest, widthMs), useSamples(b, longest, widthMs)];
  const samples = useMemo(
    () =>
      alignTraffic(
        {
          a: { samples: ofA.data ?? [], releaseId: a.releaseId, startedAt: a.startedAt },
          b: { samples: ofB.data ?? [], releaseId: b.releaseId, startedAt: b.startedAt },
        },
        widthMs,
      ),
    [ofA.data, ofB.data, a, b, widthMs],
  );
  const error = ofA.error ?? ofB.error;
  const isReading = ofA.isPending || ofB.isPending;
  const names = { a: `A: ${a.releaseNames[a.releaseId] ?? "its release"}`, b: `B: ${b.releaseNames[b.releaseId] ?? "its release"}` };
  return (
    <Card>
      <TrafficPanel
        title="Traffic of the new releases"
        samples={samples}
        latencySamples={samples}
        from={a.startedAt}
        until={a.startedAt + longest}
        oldReleaseId="a"
        newReleaseId="b"
        releaseNames={names}
        marks={marks}
        window="whole"
        windows={onlyWhole}
        onWindow={stay}
        problem={error ? failureOf(error).message : isReading ? "Reading samples…" : null}
        isReading={isReading}
      />
      <p className="mt-3 text-ink-faint text-xs">
        Both begin at the left edge; the clock is that of A. Samples are kept for 14 days: of an older rollout nothing is drawn.
      </p>
    </Card>
  );
}

const onlyWhole = ["whole"] as const;
function stay() {}

function useSamples({ fleetId, startedAt }: Rollout, lengthMs: number, widthMs: number) {
  const trpc = useTRPC();
  const windowMs = Math.ceil(lengthMs / widthMs) * widthMs;
  return useQuery(trpc.fleets.samples.queryOptions({ fleetId, windowMs, widthMs, until: startedAt + windowMs }, { staleTime: widthMs }));
}
