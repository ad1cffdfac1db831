"use client";

import { Search } from "lucide-react";
import { Kbd } from "#components/ui/kbd.tsx";
import { keysOf } from "#hooks/shortcut-table.ts";
import { useShortcutChoice } from "#hooks/shortcuts.ts";
import { useKeyNames } from "#hooks/use-key-names.ts";

/** Opens the command palette: a field to look at where there is room, a glass where there is none. */
export function PaletteButton({ onOpen }: { onOpen: () => void }) {
  const names = useKeyNames();
  const keys = keysOf("palette", useShortcutChoice());
  return (
    <button
      type="button"
      onClick={onOpen}
      className="touch-target inline-flex h-8 items-center justify-center gap-2 rounded-md border border-transparent px-2 text-ink-soft text-sm hover:bg-hover hover:text-ink md:w-56 md:justify-start md:border-line md:bg-canvas md:hover:border-line-strong"
    >
      <Search aria-hidden className="size-4 shrink-0" />
      <span className="max-md:sr-only">Search…</span>
      {keys === null ? null : (
        <span aria-hidden className="ml-auto flex gap-1 max-md:hidden">
          {names(keys).map((name) => (
            <Kbd key={name}>{name}</Kbd>
          ))}
        </span>
      )}
    </button>
  );
}
