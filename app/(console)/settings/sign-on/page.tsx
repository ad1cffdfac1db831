"use client";

import { SsoPage } from "#components/settings/sso-page.tsx";

export default function SignOnPage() {
  return <SsoPage />;
}
