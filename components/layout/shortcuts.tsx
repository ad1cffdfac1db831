"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { useHotkeys } from "react-hotkeys-hook";
import { Dialog } from "#components/ui/dialog.tsx";
import { ShortcutList } from "#components/ui/shortcut-list.tsx";
import { paths } from "#domain/paths.ts";

/** Keys that work on every page. Inactive in inputs. */
export function Shortcuts() {
  const router = useRouter();
  const [listed, setListed] = useState(false);
  useHotkeys("g>f", () => router.push(paths.home()));
  useHotkeys("g>r", () => router.push(paths.rollouts()));
  useHotkeys("g>p", () => router.push(paths.plans()));
  useHotkeys("g>s", () => router.push(paths.settings()));
  useHotkeys("?", () => setListed(true), { useKey: true });
  return (
    <Dialog open={listed} onOpenChange={setListed} title="Keyboard shortcuts" size="small">
      <ShortcutList />
    </Dialog>
  );
}
