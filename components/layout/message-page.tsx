import type { ReactNode } from "react";
import { Brand } from "./brand.tsx";

/** A page that says one thing: nothing is here, or something broke. */
export function MessagePage({ title, children, actions }: { title: string; children: ReactNode; actions: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-xl flex-col items-start justify-center gap-3 px-6 pb-24">
      <title>{`${title} · Tideline`}</title>
      <Brand />
      <h1 className="mt-4 font-semibold text-2xl tracking-tight">{title}</h1>
      <div className="text-ink-soft">{children}</div>
      <div className="mt-3 flex gap-2">{actions}</div>
    </main>
  );
}
