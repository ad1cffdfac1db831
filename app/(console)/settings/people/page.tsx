"use client";

import { InvitationsCard } from "#components/settings/invitations-card.tsx";
import { PeopleCard } from "#components/settings/people-card.tsx";
import { RolesCard } from "#components/settings/roles-card.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { paths } from "#domain/paths.ts";
import { useWhyNotAllowed } from "#hooks/use-permission.ts";

export default function PeoplePage() {
  const forbidden = useWhyNotAllowed("person.read");
  return (
    <Page title="People" breadcrumb={[{ label: "Settings", href: paths.settings() }]}>
      {forbidden ? (
        <ErrorState title="You may not see this." failure={{ code: "not-allowed", message: forbidden }} />
      ) : (
        <div className="grid gap-4">
          <PeopleCard />
          <InvitationsCard />
          <RolesCard />
        </div>
      )}
    </Page>
  );
}
