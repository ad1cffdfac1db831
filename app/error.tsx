"use client";

import { MessagePage } from "#components/layout/message-page.tsx";
import { buttonLook } from "#components/ui/button-look.ts";
import { paths } from "#domain/paths.ts";

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <MessagePage
      title="This page broke"
      actions={
        <>
          <button type="button" className={buttonLook({ variant: "primary" })} onClick={reset}>
            Try again
          </button>
          <a href={paths.home()} className={buttonLook()}>
            Go to fleets
          </a>
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
