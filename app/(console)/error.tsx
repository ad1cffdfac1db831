"use client";

import { Button } from "#components/ui/button.tsx";
import { Page } from "#components/ui/page.tsx";

/** Only the page's part of the window is replaced: the navigation and the running rollouts stay. */
export default function ConsoleErrorPage({ reset }: { error: Error; reset: () => void }) {
  return (
    <Page title="This page broke">
      <p className="max-w-prose text-ink-soft">A mistake of ours stopped it from being shown. Fleets and rollouts go on without it.</p>
      <Button variant="primary" className="mt-4" onClick={reset}>
        Try again
      </Button>
    </Page>
  );
}
