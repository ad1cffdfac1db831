import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { loadAgain } from "#components/layout/load-again.ts";
import { AppearanceProvider } from "#hooks/appearance.tsx";
import { parseAppearance } from "#hooks/appearance-cookies.ts";
import "./globals.css";

export const metadata: Metadata = {
  title: "Tideline",
  description: "A control room for rolling deployments.",
};

export const viewport: Viewport = { width: "device-width", initialScale: 1, viewportFit: "cover" };

/** Reading the cookies makes every page dynamic: nothing flashes, and scripts get the request's nonce. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const [jar, given] = await Promise.all([cookies(), headers()]);
  const appearance = parseAppearance((name) => jar.get(name)?.value);
  return (
    <html lang="en" data-theme={appearance.theme} data-density={appearance.density} data-palette={appearance.palette}>
      <body>
        <script nonce={given.get("x-nonce") ?? undefined}>{loadAgain}</script>
        <AppearanceProvider initial={appearance}>{children}</AppearanceProvider>
      </body>
    </html>
  );
}
