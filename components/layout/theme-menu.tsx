"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { Menu, MenuRadioGroup } from "#components/ui/menu.tsx";
import { useTheme } from "#hooks/theme.tsx";
import type { Theme } from "#hooks/theme-cookie.ts";

const icons = { light: Sun, dark: Moon, system: Monitor } as const satisfies Record<Theme, unknown>;
const labels = { light: "Light", dark: "Dark", system: "As the system" } as const satisfies Record<Theme, string>;

export function ThemeMenu() {
  const { theme, setTheme } = useTheme();
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
        onValueChange={setTheme}
        options={(["light", "dark", "system"] as const).map((value) => ({ value, label: labels[value] }))}
      />
    </Menu>
  );
}
