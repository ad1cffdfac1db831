"use client";

import { ShortcutList } from "#components/layout/shortcut-list.tsx";
import { AccountCard } from "#components/settings/account-card.tsx";
import { AppearanceCard } from "#components/settings/appearance-card.tsx";
import { EnvironmentsCard } from "#components/settings/environments-card.tsx";
import { PeopleLinkCard } from "#components/settings/people-link-card.tsx";
import { RuntimeCard } from "#components/settings/runtime-card.tsx";
import { Card } from "#components/ui/card.tsx";
import { Page } from "#components/ui/page.tsx";

export default function SettingsPage() {
  return (
    <Page title="Settings">
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="grid gap-4">
          <AccountCard />
          <PeopleLinkCard />
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
