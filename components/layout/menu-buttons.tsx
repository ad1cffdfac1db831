"use client";

import { Button, type ButtonProps } from "#components/ui/button.tsx";
import { useAppearance } from "#hooks/appearance.tsx";
import { useSession } from "#hooks/session.tsx";
import { themeIcons, themeLabels } from "./theme-select.tsx";

/** Opens the theme's menu; takes what a menu gives its trigger. */
export function ThemeButton(rest: ButtonProps) {
  const { theme } = useAppearance().appearance;
  const Icon = themeIcons[theme];
  return (
    <Button variant="ghost" size="icon" {...rest} aria-label={`Appearance: ${themeLabels[theme]}`}>
      <Icon aria-hidden />
    </Button>
  );
}

/** The same for the menu of whoever is signed in. */
export function UserButton(rest: ButtonProps) {
  const { name } = useSession();
  return (
    <Button variant="ghost" size="icon" {...rest} aria-label={`Account of ${name}`}>
      <span aria-hidden className="flex size-6 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent text-xs">
        {(Array.from(name)[0] ?? "?").toUpperCase()}
      </span>
    </Button>
  );
}
