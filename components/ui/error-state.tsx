"use client";

import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";

interface ErrorStateProps {
  /** What failed: "The fleets could not be read." */
  readonly title: string;
  readonly failure: { readonly code?: string; readonly message: string; readonly requestId?: string | null };
  readonly onRetry?: () => void;
  /** Where to go when it does not exist or may not be seen: asking again would not help. */
  readonly wayOut?: ReactNode;
}

export function ErrorState({ title, failure, onRetry, wayOut }: ErrorStateProps) {
  const isForbidden = failure.code === "not-allowed";
  const isFinal = isForbidden || failure.code === "not-found";
  return (
    <div
      role="alert"
      className={cn(
        "flex flex-col items-start gap-1 rounded-md border border-line border-l-4 bg-surface px-4 py-3",
        isForbidden ? "border-l-line-strong" : "border-l-bad",
      )}
    >
      <p className="flex items-center gap-1.5 font-medium">
        {isForbidden ? <Lock aria-hidden className="size-4 text-ink-faint" /> : null}
        {isForbidden ? "You may not see this." : title}
      </p>
      <p className="max-w-prose break-words text-ink-soft text-sm">{failure.message}</p>
      {failure.requestId ? (
        <p className="text-ink-faint text-xs">
          Request <code className="font-mono">{failure.requestId}</code>
        </p>
      ) : null}
      {wayOut && isFinal ? (
        <div className="mt-2">{wayOut}</div>
      ) : onRetry && !isFinal ? (
        <Button size="small" className="mt-2" onClick={onRetry}>
          Try again
        </Button>
      ) : null}
    </div>
  );
}
