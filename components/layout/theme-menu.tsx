"use client";

import type { LoadedMenuProps } from "#components/ui/later-menu.tsx";
import { Menu, MenuRadioGroup } from "#components/ui/menu.tsx";
import { useAppearance } from "#hooks/appearance.tsx";
import type { Appearance } from "#hooks/appearance-cookies.ts";
import { themeLabels } from "./theme-select.tsx";

export function ThemeMenu(menu: LoadedMenuProps) {
  const { appearance, choose } = useAppearance();
  return (
    <Menu {...menu}>
      <MenuRadioGroup<Appearance["theme"]>
        label="Appearance"
        value={appearance.theme}
        onValueChange={(next) => choose("theme", next)}
        options={(["light", "dark", "system"] as const).map((value) => ({ value, label: themeLabels[value] }))}
      />
    </Menu>
  );
}
