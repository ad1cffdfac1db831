"use client";

import type { ReactNode } from "react";
import { Button } from "./button.tsx";

interface ErrorStateProps {
  /** What failed: "The fleets could not be read." */
  readonly title: string;
  readonly failure: { readonly code?: string; readonly message: string; readonly requestId?: string | null };
  readonly onRetry?: () => void;
  /** Where to go when it does not exist: asking again would not help. */
  readonly wayOut?: ReactNode;
}

export function ErrorState({ title, failure, onRetry, wayOut }: ErrorStateProps) {
  return (
    <div role="alert" className="flex flex-col items-start gap-1 rounded-md border border-line border-l-4 border-l-bad bg-surface px-4 py-3">
      <p className="font-medium">{title}</p>
      <p className="max-w-prose break-words text-ink-soft text-sm">{failure.message}</p>
      {failure.requestId ? (
        <p className="text-ink-faint text-xs">
          Request <code className="font-mono">{failure.requestId}</code>
        </p>
      ) : null}
      {wayOut && failure.code === "not-found" ? (
        <div className="mt-2">{wayOut}</div>
      ) : onRetry ? (
        <Button size="small" className="mt-2" onClick={onRetry}>
          Try again
        </Button>
      ) : null}
    </div>
  );
}
