"use client";

import { Page } from "#components/ui/page.tsx";
import { Buttons, Feedback, Forms, Overlays } from "./parts.tsx";
import { Colours, Spacing, Types } from "./tokens.tsx";
import { EvidenceStates, InstanceStates, RolloutStates } from "./words.tsx";

/** All that the screens are made of, side by side. Change theme, density and palette in the settings and look again. */
export function Catalogue() {
  return (
    <Page title="Design" meta="What the screens are made of, in every state. Only in development.">
      <div className="grid gap-4">
        <Colours />
        <Types />
        <Spacing />
        <Buttons />
        <Forms />
        <Overlays />
        <Feedback />
        <RolloutStates />
        <InstanceStates />
        <EvidenceStates />
      </div>
    </Page>
  );
}
