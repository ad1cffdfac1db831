"use client";

import { type ComponentType, useEffect, useRef, useState } from "react";
import { useSettled } from "#hooks/use-settled.ts";
import { ThemeButton, UserButton } from "./menu-buttons.tsx";
import type { MenuName, MenusProps } from "./menus.tsx";

/** Later than what the page is about. */
const laterMs = 2_000;

/** The menus at the end of the top bar: buttons at first, whose lists come when the page rests, or at once when one is pressed. */
export function HeaderMenus() {
  const settled = useSettled(laterMs);
  const [pressed, setPressed] = useState<MenuName | null>(null);
  const [Menus, setMenus] = useState<ComponentType<MenusProps> | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const focused = useRef(-1);
  const isWanted = settled || pressed !== null;
  useEffect(() => {
    if (!isWanted) return;
    import("./menus.tsx").then(
      (module) => {
        focused.current = buttonsOf(place.current).indexOf(document.activeElement as HTMLButtonElement);
        setMenus(() => module.Menus);
      },
      // Pressing again tries again.
      () => setPressed(null),
    );
  }, [isWanted]);
  useEffect(() => {
    if (Menus !== null && document.activeElement === document.body) buttonsOf(place.current)[focused.current]?.focus();
  }, [Menus]);
  return (
    <div ref={place} className="flex items-center">
      {Menus ? (
        <Menus opened={pressed} />
      ) : (
        <>
          <ThemeButton aria-haspopup="menu" onClick={() => setPressed("theme")} />
          <UserButton aria-haspopup="menu" onClick={() => setPressed("user")} />
        </>
      )}
    </div>
  );
}

function buttonsOf(place: HTMLElement | null): HTMLButtonElement[] {
  return place ? [...place.querySelectorAll("button")] : [];
}
