"use client";

import { Badge } from "#components/ui/badge.tsx";
import type { Delivery } from "#domain/notification.ts";
import type { ShownFailure } from "#hooks/failure.ts";

interface DeliveryNoteProps {
  readonly delivery: Delivery | undefined;
  readonly failure: ShownFailure | null;
}

/** What came back from a test. */
export function DeliveryNote({ delivery, failure }: DeliveryNoteProps) {
  return (
    <div role="status" className="min-w-0 empty:hidden">
      {failure ? (
        <p className="flex flex-wrap items-baseline gap-2 text-sm">
          <Badge tone="bad">Not sent</Badge>
          <span className="min-w-0 break-words">{failure.problems[0]?.message ?? failure.message}</span>
        </p>
      ) : null}
      {delivery ? (
        <div className="grid gap-1.5 text-sm">
          <p className="flex flex-wrap items-baseline gap-2">
            {delivery.outcome === "delivered" ? <Badge tone="ok">Test delivered</Badge> : <Badge tone="bad">Test failed</Badge>}
            <span className="min-w-0 break-words">{delivery.message}</span>
          </p>
          {delivery.answer.trim() === "" ? null : (
            <pre className="max-h-32 overflow-auto whitespace-pre-wrap break-all rounded-md border border-line bg-sunken px-2 py-1.5 font-mono text-xs">
              {delivery.answer}
            </pre>
          )}
        </div>
      ) : null}
    </div>
  );
}
