"use client";

import { ShortcutList } from "#components/layout/shortcut-list.tsx";
import { AccountCard } from "#components/settings/account-card.tsx";
import { AppearanceCard } from "#components/settings/appearance-card.tsx";
import { EnvironmentsCard } from "#components/settings/environments-card.tsx";
import { LinkCard } from "#components/settings/link-card.tsx";
import { RuntimeCard } from "#components/settings/runtime-card.tsx";
import { Card } from "#components/ui/card.tsx";
import { Page } from "#components/ui/page.tsx";
import { paths } from "#domain/paths.ts";

export default function SettingsPage() {
  return (
    <Page title="Settings">
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="grid gap-4">
          <AccountCard />
          <LinkCard title="People and roles" href={paths.people()} label="Manage people">
            Who has an account, what they may do where, and invitations.
          </LinkCard>
          <LinkCard title="API tokens" href={paths.tokens()} label="Manage tokens">
            What programs sign in with: what each may do, until when, and when it was used last.
          </LinkCard>
          <LinkCard title="Single sign-on" href={paths.sso()} label="See single sign-on">
            Signing in through an OpenID Connect provider, and a test that shows what it sends.
          </LinkCard>
          <LinkCard title="Notifications" href={paths.notifications()} label="Set notifications">
            Webhooks and Slack channels that are told what needs a person and how rollouts end.
          </LinkCard>
          <EnvironmentsCard />
          <AppearanceCard />
          <RuntimeCard />
        </div>
        <Card title="Keyboard shortcuts">
          <ShortcutList editable />
        </Card>
      </div>
    </Page>
  );
}
