"use client";

import { CSPProvider } from "@base-ui/react/csp-provider";
import type { ReactNode } from "react";
import { ToastProvider } from "#components/ui/toast.tsx";
import { TooltipProvider } from "#components/ui/tooltip.tsx";
import { AppearanceProvider } from "#hooks/appearance.tsx";
import type { Appearance } from "#hooks/appearance-cookies.ts";
import { DataProvider } from "#hooks/trpc.tsx";

interface ProvidersProps {
  readonly appearance: Appearance;
  readonly nonce: string | undefined;
  readonly children: ReactNode;
}

export function Providers({ appearance, nonce, children }: ProvidersProps) {
  return (
    <CSPProvider nonce={nonce} disableStyleElements>
      <AppearanceProvider initial={appearance}>
        <DataProvider>
          <TooltipProvider>
            <ToastProvider>
              <div className="isolate">{children}</div>
            </ToastProvider>
          </TooltipProvider>
        </DataProvider>
      </AppearanceProvider>
    </CSPProvider>
  );
}
