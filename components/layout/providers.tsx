"use client";

import { CSPProvider } from "@base-ui/react/csp-provider";
import type { ReactNode } from "react";
import { ToastPlace } from "#components/ui/toast-place.tsx";
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
        <div className="isolate">{children}</div>
        <ToastPlace />
      </DataProvider>
    </CSPProvider>
  );
}
