"use client";

import "./globals.css";

/** The last resort, when not even the layout could be shown. It uses nothing that could break again. */
export default function GlobalErrorPage({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en" data-theme="system">
      <body>
        <title>Tideline</title>
        <main className="mx-auto flex min-h-dvh max-w-xl flex-col items-start justify-center gap-3 px-6">
          <h1 className="font-semibold text-2xl">Tideline could not be shown</h1>
          <p className="text-ink-soft">A mistake of ours stopped it. Fleets and rollouts go on without it.</p>
          <button type="button" className="mt-3 h-8 rounded-md border border-line-strong px-3 font-medium text-sm" onClick={reset}>
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
