"use client";

import type { ReactNode } from "react";
import { Card } from "#components/ui/card.tsx";
import { RadioGroup } from "#components/ui/radio.tsx";
import { useAppearance } from "#hooks/appearance.tsx";

/** Kept in this browser. */
export function AppearanceCard() {
  const { appearance, choose } = useAppearance();
  return (
    <Card title="Appearance" description="In this browser">
      <div className="grid gap-4">
        <Choice label="Theme">
          <RadioGroup
            label="Theme"
            value={appearance.theme}
            onValueChange={(theme) => choose("theme", theme)}
            inline
            options={[
              { value: "light", label: "Light" },
              { value: "dark", label: "Dark" },
              { value: "system", label: "As the system" },
            ]}
          />
        </Choice>
        <Choice label="Density">
          <RadioGroup
            label="Density"
            value={appearance.density}
            onValueChange={(density) => choose("density", density)}
            inline
            options={[
              { value: "comfortable", label: "Comfortable" },
              { value: "compact", label: "Compact" },
            ]}
          />
        </Choice>
        <Choice label="Colours of states and releases">
          <RadioGroup
            label="Colours of states and releases"
            value={appearance.palette}
            onValueChange={(palette) => choose("palette", palette)}
            inline
            options={[
              { value: "standard", label: "Standard" },
              { value: "distinct", label: "Told apart without red and green" },
            ]}
          />
        </Choice>
      </div>
    </Card>
  );
}

/** The group has its name for screen readers already. */
function Choice({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <p aria-hidden className="mb-1 text-ink-faint text-xs">
        {label}
      </p>
      {children}
    </div>
  );
}
