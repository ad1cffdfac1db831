"use client";

import { formatClock } from "#components/charts/format-figure.ts";
import { Fact, UnitFacts } from "#components/instance/unit-facts.tsx";
import { cn } from "#components/ui/cn.ts";
import { formatDuration } from "#domain/duration.ts";
import type { InstanceObservation } from "#domain/engine/observation.ts";
import type { RolloutEvent } from "#domain/event.ts";
import type { InstanceUpdate, Rollout } from "#domain/rollout.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { eventsOfInstance, type PathStep, pathOf } from "./instance-path.ts";

interface InstanceOverviewProps {
  readonly rollout: Rollout;
  readonly instanceId: string;
  readonly events: readonly RolloutEvent[];
  readonly isReading: boolean;
  readonly seen: InstanceObservation | undefined;
}

/** What is wrong with it, the states it went through, and what was last seen of it. */
export function InstanceOverview({ rollout, instanceId, events, isReading, seen }: InstanceOverviewProps) {
  const update = rollout.updates.get(instanceId);
  const path = pathOf(eventsOfInstance(events, instanceId));
  const upkeep = update === undefined ? null : describeUpkeep(update, rollout);
  return (
    <div className="space-y-4">
      {update?.failure ? <p className="break-words rounded-md bg-bad-soft px-3 py-2 text-bad text-sm">{update.failure.message}</p> : null}
      {seen?.unit?.message ? <p className="break-words rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">{seen.unit.message}</p> : null}
      {upkeep === null ? null : <p className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">{upkeep}</p>}
      <section aria-label="Path in this rollout">
        <h3 className="mb-1.5 font-medium text-sm">Path in this rollout</h3>
        {path.length === 0 ? <p className="text-ink-soft text-sm">{isReading ? "Reading…" : "It has not been touched yet."}</p> : null}
        <ol className="ml-1 border-line border-l">
          {path.map((step) => (
            <Step key={step.seq} step={step} />
          ))}
        </ol>
      </section>
      <section aria-label="As last seen">
        <h3 className="mb-1.5 font-medium text-sm">As last seen</h3>
        <dl className="grid grid-cols-2 gap-x-4 gap-y-2.5 text-sm">
          <UnitFacts seen={seen} releaseNames={rollout.releaseNames} />
          <Fact term="Requests cut in this rollout">{update?.cut ?? 0}</Fact>
          <Fact term="Attempts">{update?.attemptsUsed ?? 0}</Fact>
        </dl>
      </section>
    </div>
  );
}

const dots = { plain: "bg-line-strong", ok: "bg-ok", warn: "bg-warn", bad: "bg-bad" } as const;

function Step({ step: { name, at, until, tone } }: { step: PathStep }) {
  const now = useEngineNow();
  const lasted = until === null && now === 0 ? null : Math.max(0, (until ?? now) - at);
  return (
    <li className={cn("relative flex items-baseline gap-2 py-1 pl-4 text-sm", until === null && "font-medium")}>
      <span aria-hidden className={cn("absolute top-2.5 -left-[4px] size-[7px] rounded-full", dots[tone])} />
      <time className="font-mono font-normal text-ink-faint text-xs" dateTime={new Date(at).toISOString()}>
        {formatClock(at)}
      </time>
      <span className="min-w-0 flex-1">{name}</span>
      <span className="numbers font-normal text-ink-soft text-xs">
        {lasted === null ? "" : until === null ? `for ${formatDuration(lasted)}` : formatDuration(lasted)}
      </span>
    </li>
  );
}

/** Why something is done to it that no update asked for. */
function describeUpkeep(update: InstanceUpdate, rollout: Rollout): string | null {
  if (update.repair) return `Its unit was lost; another is being brought up on ${rollout.releaseNames[update.repair.releaseId] ?? "its release"}.`;
  if (update.phase === "removed") return "It left the fleet by a scale-in.";
  if (update.joining) return "It came by a scale-out and has not served yet.";
  return update.wasUnhealthy ? "It was already unhealthy when the rollout started." : null;
}
