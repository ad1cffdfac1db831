"use client";

import { LogOut, ScrollText, Settings } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { Menu, MenuItem, MenuLink, MenuSeparator, MenuText } from "#components/ui/menu.tsx";
import { paths } from "#domain/paths.ts";
import { useSession, useSignOut } from "#hooks/session.tsx";

export function UserMenu() {
  const { name, email } = useSession();
  const signOut = useSignOut();
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon" aria-label={`Account of ${name}`}>
          <span aria-hidden className="flex size-6 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent text-xs">
            {(Array.from(name)[0] ?? "?").toUpperCase()}
          </span>
        </Button>
      }
    >
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
