"use client";

import { CircleCheck } from "lucide-react";
import { AttentionIcon } from "#components/instance/attention-icon.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Ago } from "#components/ui/time.tsx";
import type { Attention } from "#domain/attention.ts";
import { useAttention } from "#hooks/use-attention.ts";

/** What needs a person, before everything else. `environment`: empty for all. */
export function AttentionList({ environment }: { environment: string }) {
  const entries = useAttention().entries.filter((entry) => environment === "" || entry.environment === environment);
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
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5 text-sm">
      <AttentionIcon severity={entry.severity} />
      <p className="min-w-0 flex-1 basis-48">
        <span className="font-medium">{entry.name}</span>
        <span className="text-ink-soft"> · {entry.text}</span>
        {entry.since !== null ? <Ago at={entry.since} className="ml-2 text-ink-faint text-xs" /> : null}
      </p>
      <ButtonLink href={entry.action.href} size="small">
        {entry.action.label}
      </ButtonLink>
    </li>
  );
}
