"use client";

import { ChevronDown, Layers2 } from "lucide-react";
import { listAttention } from "#components/fleet/attention.ts";
import { EnvironmentBadge } from "#components/ui/environment-badge.tsx";
import { Menu, MenuRadioGroup } from "#components/ui/menu.tsx";
import { chooseEnvironment, useChosenEnvironment } from "#hooks/chosen-environment.ts";
import { useFleets } from "#hooks/use-fleets.ts";

/** Narrows fleets, rollouts and insights to one environment, and says when another one needs a person. Where there is only one it is named. */
export function EnvironmentMenu() {
  const { environment, environments } = useChosenEnvironment();
  const fleets = useFleets().data ?? [];
  const [only, another] = environments;
  if (only === undefined) return null;
  if (another === undefined) return <EnvironmentBadge environment={only} className="max-sm:max-w-24" />;
  const waiting = (name: string) => listAttention(fleets.filter((fleet) => fleet.environment === name)).length;
  const elsewhere = environment === "" ? [] : environments.filter((name) => name !== environment && waiting(name) > 0);
  const option = (name: string) => ({
    value: name,
    label: (
      <span className="flex flex-1 items-center gap-3">
        <EnvironmentBadge environment={name} />
        {waiting(name) > 0 ? <span className="numbers ml-auto text-warn text-xs">{needs(waiting(name))}</span> : null}
      </span>
    ),
  });
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          className="touch-target relative inline-flex h-8 shrink-0 items-center gap-1 rounded-md px-1 text-ink-soft text-sm hover:bg-hover hover:text-ink"
        >
          <span className="sr-only">Environment: </span>
          {environment === "" ? (
            <>
              <Layers2 aria-hidden className="size-4" />
              <span className="max-lg:sr-only">All environments</span>
            </>
          ) : (
            <EnvironmentBadge environment={environment} className="max-sm:max-w-24" />
          )}
          <ChevronDown aria-hidden className="size-3.5 text-ink-faint" />
          {elsewhere.length > 0 ? (
            <>
              <span aria-hidden className="absolute top-0.5 right-0.5 size-2 rounded-full bg-warn ring-2 ring-surface" />
              <span className="sr-only">. {elsewhere.join(" and ")} need a person.</span>
            </>
          ) : null}
        </button>
      }
    >
      <MenuRadioGroup
        label="Fleets, rollouts and insights of"
        value={environment}
        onValueChange={chooseEnvironment}
        options={[{ value: "", label: "All environments" }, ...environments.map(option)]}
      />
    </Menu>
  );
}

function needs(count: number): string {
  return count === 1 ? "1 needs you" : `${count} need you`;
}
