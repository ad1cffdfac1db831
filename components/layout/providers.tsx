"use client";

import { CSPProvider } from "@base-ui/react/csp-provider";
import type { ReactNode } from "react";
import { ToastProvider } from "#components/ui/toast.tsx";
import { TooltipProvider } from "#components/ui/tooltip.tsx";
import { DataProvider } from "#hooks/trpc.tsx";

interface ProvidersProps {
  readonly nonce: string | undefined;
  readonly children: ReactNode;
}

/** What the console needs around it. The pages before it do without: it is most of what they would weigh. */
export function Providers({ nonce, children }: ProvidersProps) {
  return (
    <CSPProvider nonce={nonce} disableStyleElements>
      <DataProvider>
        <TooltipProvider>
          <ToastProvider>
            <div className="isolate">{children}</div>
          </ToastProvider>
        </TooltipProvider>
      </DataProvider>
    </CSPProvider>
  );
}
