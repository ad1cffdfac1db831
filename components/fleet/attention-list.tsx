import { CircleCheck, OctagonAlert, TriangleAlert } from "lucide-react";
import { ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Ago } from "#components/ui/time.tsx";
import { type Attention, listAttention } from "#domain/attention.ts";
import type { FleetSummary } from "#domain/live.ts";

/** What needs a person, before everything else. */
export function AttentionList({ fleets }: { fleets: readonly FleetSummary[] }) {
  const entries = listAttention(fleets);
  if (entries.length === 0)
    return (
      <p className="flex min-h-11 items-center gap-2 rounded-lg border border-line bg-surface px-4 text-sm">
        <CircleCheck aria-hidden className="size-4 text-ok" />
        Nothing needs you.
      </p>
    );
  return (
    <Card title="Needs you" flush>
      <ul className="divide-y divide-line">
        {entries.map((entry) => (
          <Entry key={entry.key} entry={entry} />
        ))}
      </ul>
    </Card>
  );
}

function Entry({ entry }: { entry: Attention }) {
  const Icon = entry.severity === "bad" ? OctagonAlert : TriangleAlert;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5 text-sm">
      <Icon aria-hidden className={entry.severity === "bad" ? "size-4 shrink-0 text-bad" : "size-4 shrink-0 text-warn"} />
      <p className="min-w-0 flex-1 basis-48">
        <span className="font-medium">{entry.fleetName}</span>
        <span className="text-ink-soft"> · {entry.text}</span>
        {entry.since !== null ? <Ago at={entry.since} className="ml-2 text-ink-faint text-xs" /> : null}
      </p>
      <ButtonLink href={entry.action.href} size="small">
        {entry.action.label}
      </ButtonLink>
    </li>
  );
}
