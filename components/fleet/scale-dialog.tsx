"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowRight, Minus, Plus } from "lucide-react";
import { useId, useMemo, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { FormProblem } from "#components/ui/form-problem.tsx";
import { Input } from "#components/ui/input.tsx";
import { formatCount } from "#components/ui/numbers.ts";
import { toast } from "#components/ui/toast.ts";
import { instancesMax } from "#domain/fleet.ts";
import type { FleetDetail } from "#domain/live.ts";
import { engineNow } from "#hooks/socket.ts";
import { useTRPC } from "#hooks/trpc.tsx";
import { useFleetCommand } from "#hooks/use-fleet-command.ts";
import { previewScale, type ScalePreview } from "./scale-preview.ts";

interface ScaleDialogProps {
  readonly detail: FleetDetail;
  readonly releaseNames: Readonly<Record<string, string>>;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** More or fewer instances, with the very ones that would come or go. */
export function ScaleDialog({ detail, releaseNames, open, onOpenChange }: ScaleDialogProps) {
  const { send, pending, refused } = useFleetCommand(detail.fleetId);
  const current = detail.fleet.instances.length;
  const [typed, setTyped] = useState(String(current));
  const desired = /^\d{1,6}$/.test(typed.trim()) ? Number(typed) : null;
  const wrong = desired === null || desired < 1 || desired > instancesMax ? `Give 1 to ${instancesMax.toLocaleString("en-US")} instances.` : null;
  const preview = usePreview(detail, releaseNames, open && wrong === null ? desired : null);
  const confirm = async () => {
    if (desired === null || !(await send({ type: "scale", desired }))) return;
    onOpenChange(false);
    toast("ok", `${detail.name} is scaled to ${formatCount(desired, "instance")}.`);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="small"
      title={`Scale ${detail.name}`}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button
            variant={preview && preview.removed.length > 0 ? "danger" : "primary"}
            pending={pending}
            disabledReason={wrong ?? preview?.refusal ?? (desired === current ? `The fleet has ${formatCount(current, "instance")} already.` : null)}
            onClick={() => void confirm()}
          >
            {labelOf(preview)}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Count current={current} typed={typed} wrong={typed === "" ? null : wrong} onType={setTyped} />
        <Effects preview={preview} isActive={detail.activeRollout !== null} />
        <FormProblem message={refused?.message ?? null} />
      </div>
    </Dialog>
  );
}

interface CountProps {
  readonly current: number;
  readonly typed: string;
  readonly wrong: string | null;
  readonly onType: (typed: string) => void;
}

function Count({ current, typed, wrong, onType }: CountProps) {
  const inputId = useId();
  const problemId = useId();
  const step = (by: number) => onType(String(Math.min(instancesMax, Math.max(1, (Number.parseInt(typed, 10) || current) + by))));
  return (
    <div>
      <label htmlFor={inputId} className="font-medium text-sm">
        Instances
      </label>
      <div className="mt-1 flex items-center gap-3">
        <span className="numbers font-semibold text-xl">
          <span className="sr-only">From </span>
          {current}
        </span>
        <ArrowRight role="img" aria-label="to" className="size-4 text-ink-faint" />
        <Button size="icon" aria-label="One fewer" onClick={() => step(-1)}>
          <Minus aria-hidden />
        </Button>
        <Input
          id={inputId}
          inputMode="numeric"
          autoComplete="off"
          className="w-20 text-center"
          value={typed}
          invalid={wrong !== null}
          aria-describedby={wrong ? problemId : undefined}
          onChange={(event) => onType(event.target.value)}
        />
        <Button size="icon" aria-label="One more" onClick={() => step(1)}>
          <Plus aria-hidden />
        </Button>
      </div>
      {wrong ? (
        <p id={problemId} className="mt-1 text-bad text-sm">
          {wrong}
        </p>
      ) : null}
    </div>
  );
}

function Effects({ preview, isActive }: { preview: ScalePreview | null; isActive: boolean }) {
  const text = preview?.refusal ?? (preview === null ? (isActive ? "Reading the active rollout…" : "") : "");
  return (
    <div role="status" className="flex min-h-10 flex-col gap-1 text-ink-soft text-sm">
      {text ? <p>{text}</p> : null}
      {preview?.effects.map((effect) => (
        <p key={effect}>{effect}</p>
      ))}
      {preview && preview.refusal === null && preview.effects.length === 0 ? <p>Give another number to see what would happen.</p> : null}
    </div>
  );
}

/** The same words as the effect: "Add 2 instances". */
function labelOf(preview: ScalePreview | null): string {
  if (preview && preview.added.length > 0) return `Add ${formatCount(preview.added.length, "instance")}`;
  if (preview && preview.removed.length > 0) return `Remove ${formatCount(preview.removed.length, "instance")}`;
  return "Scale";
}

/** Null while there is no number to look at, or the active rollout is still being read. */
function usePreview(detail: FleetDetail, releaseNames: ScaleDialogProps["releaseNames"], desired: number | null): ScalePreview | null {
  const trpc = useTRPC();
  const rolloutId = detail.activeRollout?.rolloutId ?? null;
  const active = useQuery(trpc.rollouts.get.queryOptions({ rolloutId: rolloutId ?? "" }, { enabled: rolloutId !== null && desired !== null }));
  const rollout = rolloutId === null ? null : active.data;
  return useMemo(
    () => (desired === null || rollout === undefined ? null : previewScale({ detail, active: rollout, desired, releaseNames, now: engineNow() })),
    [detail, rollout, desired, releaseNames],
  );
}
