"use client";

import type { ReactNode } from "react";
import { Mark } from "./brand.tsx";
import { ThemeSelect } from "./theme-select.tsx";

/** What stands round the pages before the console. */
export function AuthFrame({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <title>{`${title} · Tideline`}</title>
      <header className="flex justify-end p-2">
        <ThemeSelect />
      </header>
      <main className="flex flex-1 flex-col items-center px-4 pt-[6dvh] pb-16">
        <div className="w-full max-w-96">
          <p className="mb-5 flex items-center gap-2.5 font-semibold text-lg tracking-tight">
            <Mark className="size-8" /> Tideline
          </p>
          <div className="rounded-lg border border-line bg-surface p-6">
            <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
            {lead ? <p className="mt-1 mb-5 text-ink-soft">{lead}</p> : <div className="mb-5" />}
            {children}
          </div>
        </div>
      </main>
    </div>
  );
}
