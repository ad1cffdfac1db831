"use client";

import { ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { paths } from "#domain/paths.ts";

/** The way to the people. The page itself says who may not see it. */
export function PeopleLinkCard() {
  return (
    <Card title="People and roles">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 flex-1 basis-56 text-ink-soft text-sm">Who has an account, what they may do where, and invitations.</p>
        <ButtonLink href={paths.people()}>Manage people</ButtonLink>
      </div>
    </Card>
  );
}
