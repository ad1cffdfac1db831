"use client";

import { LogOut, ScrollText, Settings } from "lucide-react";
import { Menu, MenuItem, MenuLink, MenuSeparator, MenuText } from "#components/ui/menu.tsx";
import { paths } from "#domain/paths.ts";
import { useSession, useSignOut } from "#hooks/session.tsx";
import { UserButton } from "./menu-buttons.tsx";

export function UserMenu({ defaultOpen }: { defaultOpen: boolean }) {
  const { name, email } = useSession();
  const signOut = useSignOut();
  return (
    <Menu trigger={<UserButton />} defaultOpen={defaultOpen}>
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
