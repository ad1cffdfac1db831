"use client";

import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { Input } from "#components/ui/input.tsx";
import { formatLatency, formatPercent, formatPerSecond } from "#components/ui/numbers.ts";
import { Switch } from "#components/ui/switch.tsx";
import { toast } from "#components/ui/toast.ts";
import type { FleetDetail } from "#domain/live.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useWhyNotAllowed } from "#hooks/use-permission.ts";

interface TrafficCardProps {
  readonly detail: FleetDetail;
  readonly onChanged: () => void;
  /** The charts. */
  readonly children?: ReactNode;
}

const errorsHigh = 0.01;

/** What the fleet serves now, the generator that makes it, and the charts. */
export function TrafficCard({ detail, onChanged, children }: TrafficCardProps) {
  // It sends to this machine's balancer only.
  const generator = detail.fleet.balancer.type === "embedded" ? <Generator detail={detail} onChanged={onChanged} /> : null;
  return (
    <Card title="Traffic" description="Requests of the last 10 seconds" actions={generator}>
      <dl className="mb-4 grid grid-cols-3 gap-3">
        <Figure term="Requests" unit="/s" text={formatPerSecond(detail.requestsPerSecond)} />
        <Figure term="Errors" text={formatPercent(detail.errorRate)} bad={(detail.errorRate ?? 0) > errorsHigh} />
        <Figure term="p99 latency" text={formatLatency(detail.latencyMsP99)} />
      </dl>
      {children}
    </Card>
  );
}

function Figure({ term, text, unit, bad }: { term: string; text: string; unit?: string; bad?: boolean }) {
  return (
    <div>
      <dt className="text-ink-faint text-xs">{term}</dt>
      <dd className={cn("numbers font-semibold text-xl tracking-tight", bad && "text-bad")}>
        {text}
        {unit ? <span className="ml-0.5 font-normal text-base text-ink-soft">{unit}</span> : null}
      </dd>
    </div>
  );
}

/** The generator of test traffic: on or off, and how much. */
function Generator({ detail, onChanged }: { detail: FleetDetail; onChanged: () => void }) {
  const inputId = useId();
  const forbidden = useWhyNotAllowed("traffic.set", detail.environment);
  const { requestsPerSecond: current, requestsPerSecondMax: max } = detail.traffic;
  const [typed, setTyped] = useState<string | null>(null);
  const trpc = useTRPC();
  const set = useMutation(
    trpc.fleets.setTraffic.mutationOptions({
      onSuccess: (_, sent) => {
        setTyped(null);
        onChanged();
        toast("ok", sent.requestsPerSecond === 0 ? "Test traffic is off." : `Test traffic is set to ${sent.requestsPerSecond} requests/s.`);
      },
      onError: (error) => toast("bad", "The test traffic was not changed.", failureOf(error).message),
    }),
  );
  const value = typed ?? String(current || max);
  const wanted = /^\d{1,6}$/.test(value) ? Number(value) : null;
  const problem = wanted === null || wanted < 1 || wanted > max ? `Give 1 to ${max} requests per second.` : null;
  const send = (requestsPerSecond: number) => set.mutate({ fleetId: detail.fleetId, requestsPerSecond });
  return (
    <form
      className="flex flex-wrap items-center gap-x-3 gap-y-1.5"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== null && !problem) send(wanted);
      }}
    >
      <Switch checked={current > 0} onCheckedChange={(on) => send(on ? (wanted ?? max) : 0)} disabled={set.isPending} disabledReason={forbidden}>
        Test traffic
      </Switch>
      <span className="flex items-center gap-1.5">
        <label htmlFor={inputId} className="sr-only">
          Requests per second, at most {max}
        </label>
        <Input
          id={inputId}
          inputMode="numeric"
          className="h-7 w-16 text-right"
          value={value}
          disabled={forbidden !== null}
          invalid={typed !== null && problem !== null}
          onChange={(event) => setTyped(event.target.value)}
        />
        <span aria-hidden className="text-ink-soft text-xs">
          /s
        </span>
        {typed !== null && wanted !== current ? (
          <Button type="submit" size="small" disabledReason={forbidden ?? problem} pending={set.isPending}>
            Set
          </Button>
        ) : null}
      </span>
    </form>
  );
}
