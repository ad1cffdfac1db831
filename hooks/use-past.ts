"use client";

import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useEffect, useMemo, useState } from "react";
import type { RolloutEvent } from "#domain/event.ts";
import { failureOf, type ShownFailure } from "./failure.ts";
import { EVENTS_PAGE, type LiveRollout } from "./live-rollout-store.ts";
import { usePaced } from "./moment.ts";
import { createPast, type Past } from "./past.ts";
import { useTRPCClient } from "./trpc.tsx";
import { changeAddress } from "./use-address.ts";

/** Events that are read to look back; a rollout of a very large fleet has more, and is shown until there. */
const PAST_EVENTS_MAX = 20_000;
/** Browsers refuse an address that changes more often. */
const ADDRESS_MS = 1_000;

export interface PastControl {
  /** The moment that is looked at, engine time; null for now. */
  readonly moment: number | null;
  readonly look: (moment: number | null) => void;
  /** Null until its events are read. */
  readonly past: Past | null;
  readonly events: readonly RolloutEvent[];
  /** The rollout at that moment; null for now, and until the events are read. */
  readonly shown: LiveRollout | null;
  /** Events of the rollout that are beyond what is read at most. */
  readonly leftOut: number;
  readonly failure: ShownFailure | null;
  readonly retry: () => void;
}

const noEvents: readonly RolloutEvent[] = [];

/** Looks back at a rollout: the moment is part of the address (`?at=`), so that it can be sent to somebody. */
export function usePast(live: LiveRollout): PastControl {
  const client = useTRPCClient();
  const search = useSearchParams();
  const [moment, setMoment] = useState(() => parseMoment(search.get("at")));
  const { rolloutId, seq } = live.rollout;
  /** What happens after one began to look back is not part of it. */
  const [untilSeq, setUntilSeq] = useState(seq);
  const query = useQuery({
    queryKey: ["past", rolloutId, untilSeq],
    enabled: moment !== null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const read: RolloutEvent[] = [];
      while (read.length < Math.min(untilSeq, PAST_EVENTS_MAX)) {
        const page = await client.rollouts.events.query({ rolloutId, afterSeq: read.length, limit: EVENTS_PAGE });
        if (page.length === 0) break;
        read.push(...page);
      }
      return read.slice(0, untilSeq);
    },
  });
  const events = query.data ?? noEvents;
  const past = useMemo(() => (events.length === 0 ? null : createPast(events)), [events]);
  const shown = useMemo(() => (past === null || moment === null ? null : past.at(moment)), [past, moment]);
  useMomentInAddress(moment);
  return {
    moment,
    look: (next) => {
      if (moment === null) setUntilSeq(seq);
      setMoment(next);
    },
    past,
    events,
    shown,
    leftOut: query.data ? untilSeq - query.data.length : 0,
    failure: query.error ? failureOf(query.error) : null,
    retry: () => void query.refetch(),
  };
}

function useMomentInAddress(moment: number | null): void {
  const written = usePaced(moment, ADDRESS_MS);
  useEffect(() => {
    if (parseMoment(new URL(window.location.href).searchParams.get("at")) === written) return;
    changeAddress({ at: written === null ? "" : new Date(written).toISOString() });
  }, [written]);
}

/** "2026-11-27T12:04:31.250Z" as milliseconds; null when it is no time. */
export function parseMoment(text: string | null): number | null {
  const moment = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(moment) ? null : moment;
}
