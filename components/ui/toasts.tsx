"use client";

import { Toast as Base } from "@base-ui/react/toast";
import { X } from "lucide-react";
import { useEffect } from "react";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";
import { serveToasts, type Tone } from "./toast.ts";

const manager = Base.createToastManager();

const edges: Record<Tone, string> = { ok: "border-l-ok", bad: "border-l-bad", note: "border-l-accent" };

/** Where toasts are shown. */
export function Toasts() {
  useEffect(
    () =>
      serveToasts(({ tone, title, description }) =>
        manager.add({ title, description, type: tone, timeout: tone === "bad" ? 0 : 6_000, priority: tone === "bad" ? "high" : "low" }),
      ),
    [],
  );
  return (
    <Base.Provider toastManager={manager} limit={4}>
      <Base.Portal>
        <Base.Viewport className="fixed right-4 bottom-16 z-60 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 sm:bottom-4">
          <List />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function List() {
  const { toasts } = Base.useToastManager();
  return toasts.map((entry) => (
    <Base.Root
      key={entry.id}
      toast={entry}
      className={cn(
        "rounded-md border border-line border-l-4 bg-raised text-ink shadow-pop transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0",
        edges[toneOf(entry.type)],
      )}
    >
      <Base.Content className="flex items-start gap-2 py-2 pr-2 pl-3">
        <div className="min-w-0 flex-1 py-0.5">
          <Base.Title className="font-medium text-sm" />
          <Base.Description className="mt-0.5 break-words text-ink-soft text-sm" />
        </div>
        <Base.Close render={<Button variant="ghost" size="icon-small" aria-label="Close" />}>
          <X aria-hidden />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ));
}

function toneOf(type: string | undefined): Tone {
  return type === "ok" || type === "bad" ? type : "note";
}
