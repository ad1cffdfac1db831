"use client";

import { Card } from "#components/ui/card.tsx";
import { RadioGroup } from "#components/ui/radio.tsx";
import { useTheme } from "#hooks/theme.tsx";

export function AppearanceCard() {
  const { theme, setTheme } = useTheme();
  return (
    <Card title="Appearance">
      <RadioGroup
        label="Appearance"
        value={theme}
        onValueChange={setTheme}
        inline
        options={[
          { value: "light", label: "Light" },
          { value: "dark", label: "Dark" },
          { value: "system", label: "As the system" },
        ]}
      />
    </Card>
  );
}
