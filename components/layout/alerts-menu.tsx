"use client";

import { CircleCheck } from "lucide-react";
import { AttentionIcon } from "#components/instance/attention-icon.tsx";
import { EnvironmentBadge } from "#components/ui/environment-badge.tsx";
import type { LoadedMenuProps } from "#components/ui/later-menu.tsx";
import { Menu, MenuLink, MenuSeparator, MenuText } from "#components/ui/menu.tsx";
import { Ago } from "#components/ui/time.tsx";
import type { Attention } from "#domain/attention.ts";
import { paths } from "#domain/paths.ts";
import { useAttention } from "#hooks/use-attention.ts";

const shownMax = 8;

/** What needs a person in every environment, the worst first, each a way to where it is dealt with. */
export function AlertsMenu(menu: LoadedMenuProps) {
  const { known, entries } = useAttention();
  return (
    <Menu {...menu}>
      <div className="w-88 max-w-[calc(100vw-2rem)]">
        <MenuText>
          <span className="font-medium text-ink text-sm">Needs you</span>
        </MenuText>
        {entries.length === 0 ? <MenuText>{known ? <Nothing /> : "The fleets are not known yet."}</MenuText> : null}
        {entries.slice(0, shownMax).map((entry) => (
          <Entry key={entry.key} entry={entry} />
        ))}
        {entries.length > shownMax ? (
          <>
            <MenuSeparator />
            <MenuLink href={`${paths.home()}?state=attention`}>{entries.length - shownMax} more</MenuLink>
          </>
        ) : null}
      </div>
    </Menu>
  );
}

function Nothing() {
  return (
    <span className="flex items-center gap-2">
      <CircleCheck aria-hidden className="size-4 text-ok" /> Nothing, in any environment.
    </span>
  );
}

function Entry({ entry }: { entry: Attention }) {
  return (
    <MenuLink href={entry.action.href}>
      <AttentionIcon severity={entry.severity} />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{entry.name}</span>
          <EnvironmentBadge environment={entry.environment} />
          {entry.since !== null ? <Ago at={entry.since} className="ml-auto shrink-0 text-ink-faint text-xs" /> : null}
        </span>
        <span className="block text-ink-soft text-xs">{entry.text}</span>
      </span>
    </MenuLink>
  );
}
