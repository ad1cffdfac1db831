"use client";

import { CSPProvider } from "@base-ui/react/csp-provider";
import type { ReactNode } from "react";
import { ToastProvider } from "#components/ui/toast.tsx";
import { TooltipProvider } from "#components/ui/tooltip.tsx";
import { ThemeProvider } from "#hooks/theme.tsx";
import type { Theme } from "#hooks/theme-cookie.ts";
import { DataProvider } from "#hooks/trpc.tsx";

interface ProvidersProps {
  readonly theme: Theme;
  readonly nonce: string | undefined;
  readonly children: ReactNode;
}

export function Providers({ theme, nonce, children }: ProvidersProps) {
  return (
    <CSPProvider nonce={nonce} disableStyleElements>
      <ThemeProvider initial={theme}>
        <DataProvider>
          <TooltipProvider>
            <ToastProvider>
              <div className="isolate">{children}</div>
            </ToastProvider>
          </TooltipProvider>
        </DataProvider>
      </ThemeProvider>
    </CSPProvider>
  );
}
