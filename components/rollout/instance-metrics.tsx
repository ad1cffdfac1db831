"use client";

import { useQuery } from "@tanstack/react-query";
import { formatLatency, formatPercent, formatRate } from "#components/charts/format-figure.ts";
import { PeerChart } from "#components/charts/peer-chart.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import type { InstanceMetric } from "#domain/evidence/instance-course.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";

const readMs = 2_000;

interface InstanceMetricsProps {
  readonly fleetId: string;
  readonly instanceId: string;
  readonly releaseNames: Readonly<Record<string, string>>;
}

interface Panel {
  readonly metric: InstanceMetric;
  readonly title: string;
  readonly format: (value: number) => string;
}

const panels: readonly Panel[] = [
  { metric: "requestsPerSecond", title: "Requests", format: formatRate },
  { metric: "errorPercent", title: "Failed", format: formatPercent },
  { metric: "latencyMsP95", title: "Latency p95", format: formatLatency },
  { metric: "cpu", title: "CPU, cores", format: (cores) => cores.toFixed(2) },
  { metric: "memoryBytes", title: "Memory", format: (bytes) => `${(bytes / 1_048_576).toFixed(0)} MiB` },
];

/** This instance beside the middle half of those on the same release, over the two minutes that the server remembers. */
export function InstanceMetrics({ fleetId, instanceId, releaseNames }: InstanceMetricsProps) {
  const trpc = useTRPC();
  const course = useQuery(trpc.fleets.instanceCourse.queryOptions({ fleetId, instanceId }, { refetchInterval: readMs, staleTime: readMs }));
  if (course.isError && !course.data)
    return (
      <ErrorState title={`The metrics of ${instanceId} could not be read.`} failure={failureOf(course.error)} onRetry={() => void course.refetch()} />
    );
  if (!course.data) return <p className="text-ink-soft text-sm">Reading…</p>;
  const { points, peers, releaseId } = course.data;
  if (points.length === 0 || releaseId === null)
    return <p className="text-ink-soft text-sm">Nothing was counted at {instanceId} in the last two minutes.</p>;
  const release = releaseNames[releaseId] ?? "its release";
  return (
    <div className="space-y-4">
      <p className="text-ink-soft text-xs">
        As it is now: the line is {instanceId}, the dashed line the median and the band the middle half of {peers} {peers === 1 ? "other" : "others"}{" "}
        on {release}.
      </p>
      {panels
        .filter(({ metric }) => points.some(({ own, peers: others }) => own[metric] !== null || others[metric] !== null))
        .map(({ metric, title, format }) => (
          <PeerChart
            key={metric}
            title={title}
            format={format}
            instanceId={instanceId}
            release={release}
            points={points.map(({ at, own, peers: others }) => ({ at, own: own[metric], band: others[metric] }))}
          />
        ))}
    </div>
  );
}
