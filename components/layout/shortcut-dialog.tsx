"use client";

import { Dialog } from "#components/ui/dialog.tsx";
import { ShortcutList } from "./shortcut-list.tsx";

export function ShortcutDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" size="small">
      <ShortcutList />
    </Dialog>
  );
}
