"use client";

import { EnvironmentBadge } from "#components/ui/environment-badge.tsx";
import type { LoadedMenuProps } from "#components/ui/later-menu.tsx";
import { Menu, MenuRadioGroup } from "#components/ui/menu.tsx";
import { chooseEnvironment, useChosenEnvironment } from "#hooks/chosen-environment.ts";
import { useWaiting } from "./use-waiting.ts";

/** The environments to choose from, and how many things in each need a person. */
export function EnvironmentList(menu: LoadedMenuProps) {
  const { environment, environments } = useChosenEnvironment();
  const waiting = useWaiting();
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
    <Menu align="start" {...menu}>
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
