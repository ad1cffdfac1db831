"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import { ButtonLink } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { paths } from "#domain/paths.ts";
import { failureOf } from "#hooks/failure.ts";
import { changeAddress } from "#hooks/use-address.ts";
import { useLiveRollout } from "#hooks/use-live-rollout.ts";
import { RolloutFirst } from "./rollout-first.tsx";
import { RolloutView } from "./rollout-view.tsx";

const breadcrumb = [{ label: "Rollouts", href: paths.rollouts() }];

/** One rollout, live, from its first event to its last. */
export function RolloutPage({ rolloutId }: { rolloutId: string }) {
  const view = useLiveRollout(rolloutId);
  const selectedId = useSearchParams().get("instance");
  const asked = useAskedOnce();
  if (view.status === "ready")
    return (
      <RolloutView
        live={view.live}
        initiallyAsked={asked}
        selectedId={selectedId}
        onSelect={selectInstance}
        onEarlier={() => void view.loadEarlier()}
      />
    );
  if (view.status === "loading") return <RolloutFirst rolloutId={rolloutId} />;
  return (
    <Page title="Rollout" breadcrumb={breadcrumb} wide>
      <ErrorState
        title="This rollout could not be read."
        failure={failureOf(view.error)}
        onRetry={view.reload}
        wayOut={<ButtonLink href={paths.rollouts()}>All rollouts</ButtonLink>}
      />
    </Page>
  );
}

/** The command that the address asks about; a page that is read again does not ask again. */
function useAskedOnce() {
  const search = useSearchParams();
  const [asked] = useState(search.get("ask") === "rollBack" ? ("rollBack" as const) : null);
  useEffect(() => {
    if (asked !== null) changeAddress({ ask: "" });
  }, [asked]);
  return asked;
}

/** Which drawer is open is part of the address, so that it can be sent to somebody. */
function selectInstance(instanceId: string | null) {
  changeAddress({ instance: instanceId ?? "" });
}
