import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { Providers } from "#components/layout/providers.tsx";
import { parseTheme, themeCookie } from "#hooks/theme-cookie.ts";
import "./globals.css";

export const metadata: Metadata = {
  title: "Tideline",
  description: "A control room for rolling deployments.",
};

export const viewport: Viewport = { width: "device-width", initialScale: 1, viewportFit: "cover" };

/** Reading the cookie makes every page dynamic: the theme does not flash, and scripts get the request's nonce. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = parseTheme((await cookies()).get(themeCookie)?.value);
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <html lang="en" data-theme={theme}>
      <body>
        <Providers theme={theme} nonce={nonce}>
          {children}
        </Providers>
      </body>
    </html>
  );
}
