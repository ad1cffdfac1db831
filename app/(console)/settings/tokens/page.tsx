"use client";

import { TokensPage } from "#components/settings/tokens-page.tsx";

export default function ApiTokensPage() {
  return <TokensPage />;
}
