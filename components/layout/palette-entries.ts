"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { paths } from "#domain/paths.ts";
import { chooseEnvironment, useChosenEnvironment } from "#hooks/chosen-environment.ts";
import { type PageOffers, useOffered } from "#hooks/page-actions.ts";
import type { ShortcutId } from "#hooks/shortcut-table.ts";
import { readStored, writeStored } from "#hooks/stored.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useFleets } from "#hooks/use-fleets.ts";
import { type PaletteEntry, remember, searchEntries } from "./palette-search.ts";
import { places } from "./places.ts";

export interface PaletteItem extends PaletteEntry {
  readonly shortcut?: ShortcutId;
  readonly disabledReason?: string | null;
  /** A page, or something to do. */
  readonly href?: string;
  readonly run?: () => void;
}

export interface PaletteGroup {
  /** Its heading. */
  readonly value: string;
  readonly items: readonly PaletteItem[];
}

const recentKey = "tideline-recent";
const recentMax = 5;
/** Of each group, while something is typed and before. */
const foundMax = 8;
const shownMax = 5;

/** What the palette lists for what was typed; `choose` does it, and remembers it. */
export function usePaletteGroups(query: string): { groups: readonly PaletteGroup[]; choose: (item: PaletteItem) => void } {
  const router = useRouter();
  const offered = useOffered();
  const all = useAllGroups(offered);
  const [recent] = useState(readRecent);
  const groups = useMemo(() => {
    const isTyped = query.trim() !== "";
    const found = all
      // Thousands of instances are looked for, never listed.
      .filter(({ searchedOnly }) => isTyped || !searchedOnly)
      .map(({ value, items }) => ({ value, items: searchEntries(items, query, isTyped ? foundMax : shownMax) }));
    const known = new Map(all.flatMap(({ items }) => items).map((item) => [item.id, item]));
    const again = isTyped ? [] : recent.flatMap((id) => known.get(id) ?? []);
    const rest = found.map(({ value, items }) => ({ value, items: items.filter((item) => !again.includes(item)) }));
    const [first, ...others] = rest;
    const ordered = first ? [first, { value: "Recent", items: again }, ...others] : [];
    return ordered.filter(({ items }) => items.length > 0);
  }, [all, query, recent]);
  const choose = (item: PaletteItem) => {
    if (item.href) writeRecent(remember(recent, item.id, recentMax));
    if (item.href) router.push(item.href);
    else item.run?.();
  };
  return { groups, choose };
}

interface FullGroup extends PaletteGroup {
  readonly searchedOnly?: true;
}

/** In the order of the list; the page's own actions stand first. */
function useAllGroups({ actions, instances }: PageOffers): readonly FullGroup[] {
  const trpc = useTRPC();
  const fleets = useFleets();
  const rollouts = useQuery(trpc.rollouts.list.queryOptions({}));
  const plans = useQuery(trpc.plans.list.queryOptions());
  const { environments } = useChosenEnvironment();
  return useMemo(
    () => [
      { value: "On this page", items: actions },
      { value: "Go to", items: places.map((place) => ({ id: place.href, label: place.label, href: place.href, shortcut: place.shortcut })) },
      {
        value: "Fleets",
        items: (fleets.data ?? []).map(({ fleetId, name, environment }) => ({
          id: fleetId,
          label: name,
          hint: `fleet in ${environment}`,
          href: paths.fleet(fleetId),
        })),
      },
      {
        value: "Rollouts",
        items: (rollouts.data ?? []).map(({ rolloutId, fleetName, releaseName, kind, status }) => ({
          id: rolloutId,
          label: `${fleetName} ${kind === "rollback" ? "back to" : "to"} ${releaseName}`,
          hint: `rollout, ${status}`,
          href: paths.rollout(rolloutId),
        })),
      },
      { value: "Plans", items: (plans.data ?? []).map(({ planId, name }) => ({ id: planId, label: name, hint: "plan", href: paths.plan(planId) })) },
      {
        value: "Environments",
        items: (environments.length > 1 ? ["", ...environments] : []).map((name) => ({
          id: `environment ${name}`,
          label: name || "All environments",
          hint: "environment",
          run: () => chooseEnvironment(name),
        })),
      },
      {
        value: "Instances",
        searchedOnly: true,
        items: (instances?.ids ?? []).map((id) => ({ id: `instance ${id}`, label: id, hint: "instance", run: () => instances?.open(id) })),
      },
    ],
    [actions, environments, instances, fleets.data, rollouts.data, plans.data],
  );
}

function readRecent(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(readStored(recentKey) ?? "[]");
    return Array.isArray(kept) ? kept.filter((id): id is string => typeof id === "string").slice(0, recentMax) : [];
  } catch {
    return [];
  }
}

function writeRecent(recent: readonly string[]): void {
  writeStored(recentKey, JSON.stringify(recent));
}
