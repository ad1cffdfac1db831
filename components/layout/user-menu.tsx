"use client";

import { LogOut, ScrollText, Settings } from "lucide-react";
import type { LoadedMenuProps } from "#components/ui/later-menu.tsx";
import { Menu, MenuItem, MenuLink, MenuSeparator, MenuText } from "#components/ui/menu.tsx";
import { paths } from "#domain/paths.ts";
import { useSession, useSignOut } from "#hooks/session.tsx";

export function UserMenu(menu: LoadedMenuProps) {
  const { name, email } = useSession();
  const signOut = useSignOut();
  return (
    <Menu {...menu}>
      <MenuText>
        <span className="block max-w-56 truncate font-medium text-ink text-sm">{name}</span>
        <span className="block max-w-56 truncate">{email}</span>
      </MenuText>
      <MenuSeparator />
      <MenuLink href={paths.activity()}>
        <ScrollText aria-hidden /> Activity
      </MenuLink>
      <MenuLink href={paths.settings()}>
        <Settings aria-hidden /> Settings
      </MenuLink>
      <MenuItem onSelect={() => void signOut()}>
        <LogOut aria-hidden /> Sign out
      </MenuItem>
    </Menu>
  );
}
