"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { FleetsOverview } from "#components/fleet/fleets-overview.tsx";
import { ConnectFleetDialog } from "#components/release/connect-fleet-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { Page } from "#components/ui/page.tsx";
import { useWhyNotAllowed } from "#hooks/use-permission.ts";

export default function FleetsPage() {
  const forbidden = useWhyNotAllowed("command.define");
  const [connecting, setConnecting] = useState(false);
  return (
    <Page
      title="Fleets"
      actions={
        <Button disabledReason={forbidden} onClick={() => setConnecting(true)}>
          <Plus aria-hidden /> Connect a fleet
        </Button>
      }
    >
      <FleetsOverview onConnect={() => setConnecting(true)} />
      <ConnectFleetDialog open={connecting} onOpenChange={setConnecting} />
    </Page>
  );
}
