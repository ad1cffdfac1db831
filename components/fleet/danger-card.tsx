"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { AlertDialog } from "#components/ui/alert-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { formatCount } from "#components/ui/numbers.ts";
import { toast } from "#components/ui/toast.ts";
import type { FleetDetail } from "#domain/live.ts";
import { paths } from "#domain/paths.ts";
import { failureOf, problemAt } from "#hooks/failure.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useWhyNotAllowed } from "#hooks/use-permission.ts";
import { AbandonDialog } from "./abandon-dialog.tsx";

/** Removing a fleet, with the fleet's name typed. Where its engine cannot be reached, it is asked once more whether to leave its containers there. */
export function DangerCard({ detail }: { detail: FleetDetail }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  /** Why its engine cannot be reached; null while that was not found. */
  const [unreached, setUnreached] = useState<string | null>(null);
  const remove = useMutation(
    trpc.fleets.remove.mutationOptions({
      onSuccess: ({ abandoned }) => {
        toast("ok", abandoned ? `The fleet ${detail.name} is removed. Its containers stay on their engine.` : `The fleet ${detail.name} is removed.`);
        router.push(paths.home());
        queryClient.removeQueries(trpc.fleets.get.queryFilter({ fleetId: detail.fleetId }));
        void queryClient.invalidateQueries(trpc.fleets.list.queryFilter());
      },
      onError: (error, { abandon }) => setUnreached((before) => problemAt(failureOf(error), "driver") ?? (abandon ? before : null)),
    }),
  );
  const change = (next: boolean) => {
    setOpen(next);
    setTyped("");
    setUnreached(null);
    remove.reset();
  };
  const problem = remove.error ? failureOf(remove.error).message : null;
  const forbidden = useWhyNotAllowed("fleet.remove", detail.environment);
  const left = leftRunning(detail);
  const stopped = detail.desired - detail.adopted;
  const running = detail.activeRollout ? "A rollout is under way. Let it end, or cancel it, before you remove the fleet." : null;
  return (
    <Card title="Remove this fleet">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-prose text-ink-soft text-sm">
          {stopped > 0 ? `Stops ${formatCount(stopped, "instance")} and closes its port.` : "Closes its port."}
          {left} Requests to it are refused from then on. Its releases and the record of its rollouts stay.
        </p>
        <Button variant="danger-outline" onClick={() => change(true)} disabledReason={forbidden ?? running}>
          Remove fleet…
        </Button>
      </div>
      <AbandonDialog
        detail={detail}
        why={unreached}
        onCancel={() => change(false)}
        onAbandon={() => remove.mutate({ fleetId: detail.fleetId, confirm: typed, abandon: true })}
        pending={remove.isPending}
        problem={problem === unreached ? null : problem}
      />
      <AlertDialog
        open={open && unreached === null}
        onOpenChange={change}
        title={`Remove the fleet ${detail.name}?`}
        description={`${formatCount(Math.max(0, detail.inRotation - detail.adopted), "instance")} in rotation will be stopped at once; requests in flight are cut.${left} This cannot be taken back.`}
        confirmLabel="Remove fleet"
        danger
        pending={remove.isPending}
        disabledReason={typed === detail.name ? null : `Type ${detail.name} to confirm.`}
        problem={problem}
        onConfirm={() => remove.mutate({ fleetId: detail.fleetId, confirm: typed })}
      >
        <Field label={`Type ${detail.name} to confirm`}>
          <Input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" spellCheck={false} />
        </Field>
      </AlertDialog>
    </Card>
  );
}

/** What the fleet did not bring it does not take away. */
function leftRunning({ adopted }: FleetDetail): string {
  if (adopted === 0) return "";
  return ` Not stopped: ${adopted === 1 ? "1 container that it adopted, which goes" : `${adopted} containers that it adopted, which go`} on running.`;
}
