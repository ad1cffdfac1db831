"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { Menu, MenuRadioGroup } from "#components/ui/menu.tsx";
import { useAppearance } from "#hooks/appearance.tsx";
import type { Appearance } from "#hooks/appearance-cookies.ts";

type Theme = Appearance["theme"];

const icons = { light: Sun, dark: Moon, system: Monitor } as const satisfies Record<Theme, unknown>;
const labels = { light: "Light", dark: "Dark", system: "As the system" } as const satisfies Record<Theme, string>;

export function ThemeMenu() {
  const { appearance, choose } = useAppearance();
  const { theme } = appearance;
  const Icon = icons[theme];
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon" aria-label={`Appearance: ${labels[theme]}`}>
          <Icon aria-hidden />
        </Button>
      }
    >
      <MenuRadioGroup<Theme>
        label="Appearance"
        value={theme}
        onValueChange={(next) => choose("theme", next)}
        options={(["light", "dark", "system"] as const).map((value) => ({ value, label: labels[value] }))}
      />
    </Menu>
  );
}
