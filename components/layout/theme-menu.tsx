"use client";

import { Button } from "#components/ui/button.tsx";
import { Menu, MenuRadioGroup } from "#components/ui/menu.tsx";
import { useAppearance } from "#hooks/appearance.tsx";
import type { Appearance } from "#hooks/appearance-cookies.ts";
import { themeIcons, themeLabels } from "./theme-select.tsx";

type Theme = Appearance["theme"];

export function ThemeMenu() {
  const { appearance, choose } = useAppearance();
  const { theme } = appearance;
  const Icon = themeIcons[theme];
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon" aria-label={`Appearance: ${themeLabels[theme]}`}>
          <Icon aria-hidden />
        </Button>
      }
    >
      <MenuRadioGroup<Theme>
        label="Appearance"
        value={theme}
        onValueChange={(next) => choose("theme", next)}
        options={(["light", "dark", "system"] as const).map((value) => ({ value, label: themeLabels[value] }))}
      />
    </Menu>
  );
}
