"use client";

import { Menu, MenuRadioGroup } from "#components/ui/menu.tsx";
import { useAppearance } from "#hooks/appearance.tsx";
import type { Appearance } from "#hooks/appearance-cookies.ts";
import { ThemeButton } from "./menu-buttons.tsx";
import { themeLabels } from "./theme-select.tsx";

type Theme = Appearance["theme"];

export function ThemeMenu({ defaultOpen }: { defaultOpen: boolean }) {
  const { appearance, choose } = useAppearance();
  const { theme } = appearance;
  return (
    <Menu trigger={<ThemeButton />} defaultOpen={defaultOpen}>
      <MenuRadioGroup<Theme>
        label="Appearance"
        value={theme}
        onValueChange={(next) => choose("theme", next)}
        options={(["light", "dark", "system"] as const).map((value) => ({ value, label: themeLabels[value] }))}
      />
    </Menu>
  );
}
