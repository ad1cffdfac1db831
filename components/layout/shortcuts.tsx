"use client";

import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { untilLoaded } from "#components/ui/until-loaded.ts";
import { readPausedAt, setPaused } from "#hooks/live-pause.ts";
import { useShortcut } from "#hooks/shortcuts.ts";
import { places } from "./places.ts";

/** Loaded when it is opened for the first time. */
const ShortcutDialog = dynamic(
  untilLoaded(() => import("./shortcut-dialog.tsx").then((module) => module.ShortcutDialog)),
  { ssr: false },
);

interface ShortcutsProps {
  /** Null: not asked for yet. */
  readonly listed: boolean | null;
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
      {listed === null ? null : <ShortcutDialog open={listed} onOpenChange={onListed} />}
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
