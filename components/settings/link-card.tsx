"use client";

import type { ReactNode } from "react";
import { ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";

interface LinkCardProps {
  readonly title: string;
  readonly href: string;
  readonly label: string;
  readonly children: ReactNode;
}

/** The way to a page of its own. That page says who may not see it. */
export function LinkCard({ title, href, label, children }: LinkCardProps) {
  return (
    <Card title={title}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 flex-1 basis-56 text-ink-soft text-sm">{children}</p>
        <ButtonLink href={href}>{label}</ButtonLink>
      </div>
    </Card>
  );
}
