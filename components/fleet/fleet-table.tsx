import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { Sparkline } from "#components/charts/sparkline.tsx";
import { ReleaseBar } from "#components/instance/release-bar.tsx";
import { RolloutStatus } from "#components/instance/rollout-status.tsx";
import { cn } from "#components/ui/cn.ts";
import { EnvironmentBadge } from "#components/ui/environment-badge.tsx";
import { formatLatency, formatPercent } from "#components/ui/numbers.ts";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { Ago } from "#components/ui/time.tsx";
import type { FleetSummary } from "#domain/live.ts";
import { paths } from "#domain/paths.ts";
import { FavouriteButton } from "./favourite-button.tsx";
import { targetOf } from "./fleet-target.ts";

/** Errors below 1 % and latencies below 50 ms stay near the line's foot. */
const errorsTop = 0.01;
const latencyTop = 50;

export function FleetTable({ fleets }: { fleets: readonly FleetSummary[] }) {
  return (
    <Table caption="Fleets">
      <thead>
        <tr>
          <Th>Fleet</Th>
          <Th>Releases</Th>
          <Th number>Ready</Th>
          <Th>Errors, 30 min</Th>
          <Th>p99, 30 min</Th>
          <Th>Last rollout</Th>
          <Th>
            <span className="sr-only">Next</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {fleets.map((fleet) => (
          <Tr key={fleet.fleetId} className="relative hover:bg-hover">
            <Td className="h-14">
              <FleetName fleet={fleet} />
            </Td>
            <Td>
              <ReleaseBar releases={fleet.releases} target={targetOf(fleet)} />
            </Td>
            <Td number>
              <ReadyCount fleet={fleet} />
            </Td>
            <Td>
              <Errors fleet={fleet} />
            </Td>
            <Td>
              <Latency fleet={fleet} />
            </Td>
            <Td className="whitespace-nowrap">
              <LastRollout fleet={fleet} />
            </Td>
            <Td className="w-8">
              <ChevronRight aria-hidden className="size-4 text-ink-faint" />
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

/** The same as cards, for narrow screens. */
export function FleetCards({ fleets }: { fleets: readonly FleetSummary[] }) {
  return (
    <ul className="grid gap-3">
      {fleets.map((fleet) => (
        <li key={fleet.fleetId} className="relative grid gap-3 rounded-lg border border-line bg-surface p-4">
          <div className="flex items-start justify-between gap-3">
            <FleetName fleet={fleet} />
            <ReadyCount fleet={fleet} />
          </div>
          <ReleaseBar releases={fleet.releases} target={targetOf(fleet)} />
          <dl className="grid grid-cols-2 gap-3 text-sm">
            <div>
              <dt className="text-ink-faint text-xs">Errors, 30 min</dt>
              <dd>
                <Errors fleet={fleet} />
              </dd>
            </div>
            <div>
              <dt className="text-ink-faint text-xs">p99, 30 min</dt>
              <dd>
                <Latency fleet={fleet} />
              </dd>
            </div>
          </dl>
          <LastRollout fleet={fleet} />
        </li>
      ))}
    </ul>
  );
}

/** Its link covers the whole row or card. */
function FleetName({ fleet }: { fleet: FleetSummary }) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <FavouriteButton fleet={fleet} />
      <Link data-row href={paths.fleet(fleet.fleetId)} className="font-medium after:absolute after:inset-0 hover:underline">
        {fleet.name}
      </Link>
      <EnvironmentBadge environment={fleet.environment} />
    </div>
  );
}

function ReadyCount({ fleet }: { fleet: FleetSummary }) {
  const known = fleet.unreachable === null;
  const short = known && fleet.ready < fleet.desired;
  return (
    <span className={cn("numbers whitespace-nowrap", short && "font-medium text-warn", !known && "text-ink-faint")}>
      {fleet.ready}/{fleet.desired}
      <span className="sm:sr-only"> ready</span>
      {known ? null : <span className="block text-xs">when last seen</span>}
    </span>
  );
}

function Errors({ fleet }: { fleet: FleetSummary }) {
  const now = formatPercent(fleet.errorRate);
  const high = fleet.errorRate !== null && fleet.errorRate > errorsTop;
  return (
    <span className="flex items-center gap-2">
      <Sparkline
        values={fleet.errorRates}
        top={errorsTop}
        label={`Error rate over 30 minutes, ${now} now`}
        className={high ? "text-bad" : "text-ink-faint"}
      />
      <span className={cn("numbers whitespace-nowrap", high && "font-medium text-bad")}>{now}</span>
    </span>
  );
}

function Latency({ fleet }: { fleet: FleetSummary }) {
  const now = formatLatency(fleet.latencyMsP99);
  return (
    <span className="flex items-center gap-2">
      <Sparkline values={fleet.latenciesMsP99} top={latencyTop} label={`p99 latency over 30 minutes, ${now} now`} className="text-ink-faint" />
      <span className="numbers whitespace-nowrap">{now}</span>
    </span>
  );
}

function LastRollout({ fleet }: { fleet: FleetSummary }) {
  const rollout = fleet.activeRollout ?? fleet.lastRollout;
  if (!rollout) return <span className="text-ink-faint text-xs">No rollout yet</span>;
  return (
    <div className="flex items-center gap-2">
      <RolloutStatus status={rollout.status} failed={rollout.failed} />
      <span className="text-ink-soft text-xs">
        {rollout.releaseName} · <Ago at={rollout.endedAt ?? rollout.startedAt} /> · {rollout.startedBy}
      </span>
    </div>
  );
}
