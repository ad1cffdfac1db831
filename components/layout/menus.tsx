"use client";

import { ThemeMenu } from "./theme-menu.tsx";
import { UserMenu } from "./user-menu.tsx";

export type MenuName = "theme" | "user";

export interface MenusProps {
  /** The one that was pressed before they were there. */
  readonly opened: MenuName | null;
}

export function Menus({ opened }: MenusProps) {
  return (
    <>
      <ThemeMenu defaultOpen={opened === "theme"} />
      <UserMenu defaultOpen={opened === "user"} />
    </>
  );
}
