"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type { RolloutEvent } from "#domain/event.ts";
import { settingsOf } from "#domain/evidence/settings.ts";
import type { FleetLive } from "#domain/live.ts";
import type { MetricEvidence } from "#domain/metric.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import { useSlowMoment } from "#hooks/moment.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { gatherEvidence, type WholeEvidence } from "./whole-evidence.ts";

/** The engine takes an interval each second; its course is folded on the server and read this often. */
const COURSE_MS = 2_000;
const noEvidence: readonly MetricEvidence[] = [];

/** The evidence on a rollout as it is now, or as it was at the moment that is looked at; null where its plan judges by nothing. */
export function useEvidence(rollout: Rollout, fleet: FleetLive | null, events: readonly RolloutEvent[]): WholeEvidence | null {
  const trpc = useTRPC();
  const { rolloutId, kind, status } = rollout;
  const isJudged = kind === "rollout" && rollout.updates.size > 0 && settingsOf(rollout) !== null;
  const ended = isTerminal(status);
  const moment = useSlowMoment();
  const past = moment === null ? {} : { until: moment };
  const course = useQuery(
    trpc.rollouts.evidence.queryOptions(
      { rolloutId, ...past },
      {
        enabled: isJudged,
        refetchInterval: ended || moment !== null ? false : COURSE_MS,
        placeholderData: moment === null ? undefined : keepPreviousData,
      },
    ),
  );
  const live = (ended || moment !== null ? null : fleet?.evidence) ?? noEvidence;
  const { refetch } = course;
  useEffect(() => {
    // The last seconds came after the last regular read.
    if (isJudged && ended && moment === null) void refetch({ cancelRefetch: false });
  }, [isJudged, ended, moment, refetch]);
  return useMemo(
    () => (isJudged ? gatherEvidence({ rollout, live, course: course.data ?? null, events }) : null),
    [isJudged, rollout, live, course.data, events],
  );
}
