"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Card } from "#components/ui/card.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { paths } from "#domain/paths.ts";
import type { SsoSettings } from "#domain/settings/sso.ts";
import { failureOf } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useWhyNotAllowed } from "#hooks/use-permission.ts";
import { SsoTestCard } from "./sso-test-card.tsx";

interface SsoState {
  readonly settings: SsoSettings | null;
  readonly redirectUri: string;
  readonly passwords: "everyone" | "admins";
}

/** How people sign in through a provider. It is set in the server's environment; here one sees it and tries it. */
export function SsoPage() {
  const forbidden = useWhyNotAllowed("sso.test");
  return (
    <Page title="Single sign-on" breadcrumb={[{ label: "Settings", href: paths.settings() }]}>
      {forbidden ? <ErrorState title="You may not see this." failure={{ code: "not-allowed", message: forbidden }} /> : <SsoCards />}
    </Page>
  );
}

function SsoCards() {
  const trpc = useTRPC();
  const state = useQuery(trpc.sso.state.queryOptions());
  if (state.isError)
    return <ErrorState title="The settings could not be read." failure={failureOf(state.error)} onRetry={() => void state.refetch()} />;
  if (!state.data) return <Skeleton className="h-64" label="single sign-on" />;
  const { settings } = state.data;
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      {settings ? <SettingsCard state={state.data} settings={settings} /> : <NotSetUpCard redirectUri={state.data.redirectUri} />}
      {settings ? <SsoTestCard name={settings.name} /> : null}
    </div>
  );
}

function SettingsCard({ state: { redirectUri, passwords }, settings }: { state: SsoState; settings: SsoSettings }) {
  const { endpoints } = settings;
  return (
    <Card title={settings.name} description="Set by the OIDC variables of the server's environment; a change counts from its next start on.">
      <dl className="grid gap-x-4 gap-y-2 text-sm sm:grid-cols-[auto_1fr]">
        <Row label="Issuer">
          <Code>{settings.issuer}</Code>
        </Row>
        <Row label="Redirect address">
          <Code>{redirectUri}</Code>
        </Row>
        <Row label="Client">
          <Code>{settings.clientId}</Code>
        </Row>
        <Row label="Client secret">{settings.clientSecret ? <Code>{settings.clientSecret}</Code> : "none: a public client"}</Row>
        <Row label="Endpoints">
          {endpoints ? (
            <span className="grid gap-0.5">
              {[endpoints.authorization, endpoints.token, endpoints.keys, endpoints.userinfo].map((url) =>
                url ? <Code key={url}>{url}</Code> : null,
              )}
            </span>
          ) : (
            "discovered at the issuer"
          )}
        </Row>
        <Row label="Scopes">
          <Code>{settings.scopes}</Code>
        </Row>
        <Row label="Roles">
          <Roles settings={settings} />
        </Row>
        <Row label="Passwords">{passwords === "admins" ? "only for admins" : "for everyone who has one"}</Row>
      </dl>
    </Card>
  );
}

function Roles({ settings: { groupRoles, groupsClaim, newcomers } }: { settings: SsoSettings }) {
  const others = newcomers ? `Everybody else is ${newcomers} in all environments.` : "Everybody else has no role until an admin gives one.";
  if (!groupRoles)
    return `Given here, to each person. A newcomer without an invitation ${newcomers ? `is ${newcomers} in all environments` : "has none"}.`;
  return (
    <span className="grid gap-0.5">
      <span>
        From the groups in the claim <Code>{groupsClaim}</Code>, at each sign-in:
      </span>
      {Object.entries(groupRoles).map(([group, roles]) => (
        <span key={group}>
          <Code>{group}</Code>: {typeof roles === "string" ? `${roles} in all environments` : formatRoles(roles)}
        </span>
      ))}
      <span>{others}</span>
    </span>
  );
}

function formatRoles(roles: Readonly<Record<string, string>>): string {
  return Object.entries(roles)
    .map(([environment, role]) => `${role} in ${environment}`)
    .join(", ");
}

function NotSetUpCard({ redirectUri }: { redirectUri: string }) {
  return (
    <Card title="Not set up" className="lg:col-span-2">
      <div className="grid max-w-prose gap-3 text-sm">
        <p>People sign in with passwords. To let them sign in through an OpenID Connect provider (Keycloak, Okta, Entra ID, Google …):</p>
        <ol className="grid list-decimal gap-2 pl-5">
          <li>
            Register a confidential client at the provider, with the redirect address <Code>{redirectUri}</Code>
          </li>
          <li>
            Set <Code>OIDC_ISSUER</Code>, <Code>OIDC_CLIENT_ID</Code> and <Code>OIDC_CLIENT_SECRET</Code> in the server's environment, and start it
            again. All variables are in docs/access.md.
          </li>
          <li>Come back here and try it: the test shows what the provider sends.</li>
        </ol>
      </div>
    </Card>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-soft">{label}</dt>
      <dd className="min-w-0 break-words max-sm:-mt-1.5">{children}</dd>
    </>
  );
}

function Code({ children }: { children: ReactNode }) {
  return <code className="break-all font-mono text-xs">{children}</code>;
}
