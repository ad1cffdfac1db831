"use client";

import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { RolloutStatus } from "#components/instance/rollout-status.tsx";
import { Progress } from "#components/ui/progress.tsx";
import type { RolloutSummary } from "#domain/live.ts";
import { paths } from "#domain/paths.ts";
import { useChosenEnvironment } from "#hooks/chosen-environment.ts";
import { useFleets } from "#hooks/use-fleets.ts";

const linesMax = 3;

/** One line for each rollout that is running in the chosen environment, except on the rollout's own page. */
export function RolloutStrip() {
  const pathname = usePathname();
  const fleets = useFleets();
  const { environment } = useChosenEnvironment();
  const running = (fleets.data ?? [])
    .filter((fleet) => environment === "" || fleet.environment === environment)
    .flatMap((fleet) => (fleet.activeRollout ? [fleet.activeRollout] : []));
  const shown = running.filter((rollout) => paths.rollout(rollout.rolloutId) !== pathname);
  if (shown.length === 0) return null;
  return (
    <section aria-label="Running rollouts" className="border-line border-b bg-surface">
      <ul className="divide-y divide-line">
        {shown.slice(0, linesMax).map((rollout) => (
          <li key={rollout.rolloutId}>
            <RolloutLine rollout={rollout} />
          </li>
        ))}
      </ul>
      {shown.length > linesMax ? (
        <p className="px-4 py-1.5 text-ink-soft text-xs sm:px-6">
          and{" "}
          <Link href={paths.rollouts()} className="text-accent underline">
            {shown.length - linesMax} more
          </Link>
        </p>
      ) : null}
    </section>
  );
}

function RolloutLine({ rollout }: { rollout: RolloutSummary }) {
  const done = `${rollout.updated} of ${rollout.desired}`;
  return (
    <Link
      href={paths.rollout(rollout.rolloutId)}
      className="flex h-9 items-center pointer-coarse:h-11 gap-3 px-4 text-sm outline-offset-[-2px] hover:bg-hover sm:px-6"
    >
      <span className="min-w-0 truncate">
        <span className="font-medium">{rollout.fleetName}</span>
        <span className="text-ink-soft">
          {" "}
          {rollout.kind === "rollback" ? "back to" : "→"} {rollout.releaseName}
        </span>
      </span>
      <RolloutStatus status={rollout.status} failed={rollout.failed} />
      {rollout.needsPerson ? <span className="min-w-0 truncate text-warn max-md:hidden">{rollout.needsPerson}</span> : null}
      <span className="ml-auto flex shrink-0 items-center gap-3">
        {rollout.batch > 0 ? <span className="numbers text-ink-soft text-xs max-md:hidden">batch {rollout.batch}</span> : null}
        <span className="w-28 max-md:hidden">
          <Progress label={`${rollout.fleetName}: instances updated`} value={rollout.updated / Math.max(1, rollout.desired)} valueText={done} />
        </span>
        <span className="numbers text-ink-soft text-xs">
          {rollout.updated}/{rollout.desired}
        </span>
        <ChevronRight aria-hidden className="size-4 text-ink-faint" />
      </span>
    </Link>
  );
}
