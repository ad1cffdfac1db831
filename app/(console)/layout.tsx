import { headers } from "next/headers";
import type { ReactNode } from "react";
import { Providers } from "#components/layout/providers.tsx";
import { Shell } from "#components/layout/shell.tsx";
import { readAhead } from "#hooks/read-ahead.ts";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  readAhead("session.current");
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <Providers nonce={nonce}>
      <Shell>{children}</Shell>
    </Providers>
  );
}
