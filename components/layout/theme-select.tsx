"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { buttonLook } from "#components/ui/button-look.ts";
import { useAppearance } from "#hooks/appearance.tsx";
import type { Appearance } from "#hooks/appearance-cookies.ts";

type Theme = Appearance["theme"];

export const themeIcons = { light: Sun, dark: Moon, system: Monitor } as const satisfies Record<Theme, unknown>;
export const themeLabels = { light: "Light", dark: "Dark", system: "As the system" } as const satisfies Record<Theme, string>;

/** The same choice as the console's menu, of the browser's own list. */
export function ThemeSelect() {
  const { appearance, choose } = useAppearance();
  const Icon = themeIcons[appearance.theme];
  return (
    <div
      className={`${buttonLook({ variant: "ghost", size: "icon" })} relative has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2`}
    >
      <Icon aria-hidden />
      <select
        aria-label="Appearance"
        className="absolute inset-0 cursor-pointer opacity-0"
        value={appearance.theme}
        onChange={(event) => choose("theme", event.target.value as Theme)}
      >
        {(Object.keys(themeLabels) as Theme[]).map((theme) => (
          <option key={theme} value={theme}>
            {themeLabels[theme]}
          </option>
        ))}
      </select>
    </div>
  );
}
