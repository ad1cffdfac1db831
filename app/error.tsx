"use client";

import { MessagePage } from "#components/layout/message-page.tsx";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { paths } from "#domain/paths.ts";

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <MessagePage
      title="This page broke"
      actions={
        <>
          <Button variant="primary" onClick={reset}>
            Try again
          </Button>
          <ButtonLink href={paths.home()}>Go to fleets</ButtonLink>
        </>
      }
    >
      A mistake of ours stopped it from being shown. Fleets and rollouts go on without it.
      {error.digest ? (
        <>
          {" "}
          Number for the log: <code className="font-mono text-sm">{error.digest}</code>
        </>
      ) : null}
    </MessagePage>
  );
}
