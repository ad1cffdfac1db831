"use client";

import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { Search, X } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { cn } from "#components/ui/cn.ts";
import { backdropClass } from "#components/ui/dialog.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { keysOf } from "#hooks/shortcut-table.ts";
import { useShortcutChoice } from "#hooks/shortcuts.ts";
import { useKeyNames } from "#hooks/use-key-names.ts";
import { type PaletteGroup, type PaletteItem, usePaletteGroups } from "./palette-entries.ts";

interface CommandPaletteProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** Every page and everything that the page at hand can do, by typing. What destroys opens its own dialog, as its button does. */
export function CommandPalette({ open, onOpenChange }: CommandPaletteProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropClass} />
        <Dialog.Popup
          aria-label="Command palette"
          className="fixed inset-x-2 top-2 z-50 mx-auto flex max-h-[min(32rem,calc(100dvh-1rem))] max-w-xl flex-col overflow-hidden rounded-lg border border-line bg-raised text-ink shadow-pop outline-none transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0 motion-reduce:transition-none sm:top-[12vh]"
        >
          <Entries onDone={() => onOpenChange(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Entries({ onDone }: { onDone: () => void }) {
  const [query, setQuery] = useState("");
  const { groups, choose } = usePaletteGroups(query);
  const hintId = useId();
  const pick = (item: PaletteItem) => {
    if (item.disabledReason) return;
    onDone();
    choose(item);
  };
  return (
    <Autocomplete.Root
      open
      inline
      mode="none"
      items={[...groups]}
      value={query}
      onValueChange={setQuery}
      itemToStringValue={({ label }) => label}
      autoHighlight="always"
      keepHighlight
    >
      <div className="flex items-center gap-2.5 border-line border-b px-4">
        <Search aria-hidden className="size-4 shrink-0 text-ink-faint" />
        <Autocomplete.Input
          aria-label="Search for a page or an action"
          aria-describedby={hintId}
          placeholder="Search for a page or an action…"
          className="h-12 w-full min-w-0 bg-transparent text-base outline-none placeholder:text-ink-faint pointer-coarse:text-lg"
        />
        <Dialog.Close aria-label="Close the command palette" className="touch-target rounded-sm text-ink-soft hover:text-ink pointer-coarse:p-2">
          <span className="pointer-coarse:hidden">
            <Kbd>Esc</Kbd>
          </span>
          <X aria-hidden className="hidden size-5 pointer-coarse:block" />
        </Dialog.Close>
      </div>
      <span id={hintId} className="sr-only">
        Arrow keys move, Enter opens.
      </span>
      <Autocomplete.Empty>
        <p className="px-3 py-8 text-center text-ink-soft text-sm">Nothing is called that. Try a fleet, a release or a verb.</p>
      </Autocomplete.Empty>
      <Autocomplete.List className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-1.5 empty:hidden">
        {(group: PaletteGroup) => (
          <Autocomplete.Group key={group.value} items={[...group.items]} className="not-last:mb-1.5">
            <Autocomplete.GroupLabel className="px-2.5 pt-1.5 pb-1 font-medium text-ink-faint text-xs">{group.value}</Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(item: PaletteItem) => (
                <Autocomplete.Item
                  key={item.id}
                  value={item}
                  aria-disabled={item.disabledReason ? true : undefined}
                  onClick={() => pick(item)}
                  className="flex min-h-9 cursor-default select-none items-center gap-3 rounded-md px-2.5 py-1 text-sm outline-none data-highlighted:bg-hover pointer-coarse:min-h-11"
                >
                  <span className={cn("min-w-0 shrink-0 truncate", item.disabledReason && "text-ink-faint")}>{item.label}</span>
                  <span className="min-w-0 flex-1 truncate text-ink-faint text-xs">{item.disabledReason ?? item.hint}</span>
                  <Keys item={item} />
                </Autocomplete.Item>
              )}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  );
}

function Keys({ item }: { item: PaletteItem }): ReactNode {
  const names = useKeyNames();
  const choice = useShortcutChoice();
  const keys = item.shortcut ? keysOf(item.shortcut, choice) : null;
  if (keys === null) return null;
  return (
    <span className="flex shrink-0 gap-1 max-sm:hidden">
      {names(keys).map((name) => (
        <Kbd key={name}>{name}</Kbd>
      ))}
    </span>
  );
}
