"use client";

import { useRouter } from "next/navigation";
import { Dialog } from "#components/ui/dialog.tsx";
import { readPausedAt, setPaused } from "#hooks/live-pause.ts";
import { useShortcut } from "#hooks/shortcuts.ts";
import { places } from "./places.ts";
import { ShortcutList } from "./shortcut-list.tsx";

interface ShortcutsProps {
  readonly listed: boolean;
  readonly onListed: (listed: boolean) => void;
  readonly onPalette: () => void;
}

/** Keys that work on every page. Inactive in inputs. */
export function Shortcuts({ listed, onListed, onPalette }: ShortcutsProps) {
  useShortcut("palette", onPalette);
  useShortcut("list", () => onListed(true));
  useShortcut("pauseUpdates", () => setPaused(readPausedAt() === null));
  useShortcut("filter", () => focusFirst("[data-filter]"));
  useShortcut("nextRow", () => focusRow(1));
  useShortcut("previousRow", () => focusRow(-1));
  return (
    <>
      {places.map((place) => (
        <GoTo key={place.href} place={place} />
      ))}
      <Dialog open={listed} onOpenChange={onListed} title="Keyboard shortcuts" size="small">
        <ShortcutList />
      </Dialog>
    </>
  );
}

function GoTo({ place }: { place: (typeof places)[number] }) {
  const router = useRouter();
  useShortcut(place.shortcut, () => router.push(place.href));
  return null;
}

function focusFirst(selector: string) {
  const found = document.querySelector<HTMLElement>(`main ${selector}`);
  found?.focus();
  if (found instanceof HTMLInputElement) found.select();
}

/** Rows are links marked `data-row`; of a table and its cards only one is visible. */
function focusRow(step: 1 | -1) {
  const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")].filter((row) => row.checkVisibility());
  const at = document.activeElement instanceof HTMLElement ? rows.indexOf(document.activeElement) : -1;
  const next = at === -1 ? (step === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
  rows[next]?.focus();
}
