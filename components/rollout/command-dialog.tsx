"use client";

import { useEffect, useRef, useState } from "react";
import { formatArmCount, formatArmRate, formatEffect, formatGauge, metricLabel } from "#components/charts/evidence-text.ts";
import { AlertDialog } from "#components/ui/alert-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input, Textarea } from "#components/ui/input.tsx";
import { needsName } from "#domain/engine/confirm.ts";
import type { ArmCount } from "#domain/metric.ts";
import type { Rollout } from "#domain/rollout.ts";
import { problemAt } from "#hooks/failure.ts";
import type { CommandControl } from "#hooks/use-command.ts";
import { useEngineNow } from "#hooks/use-engine-now.ts";
import { useProtection } from "#hooks/use-protection.ts";
import { useWhyNot } from "#hooks/use-why-not.ts";
import type { Asked } from "./control-text.ts";
import { dialogWords } from "./dialog-words.ts";
import { type JudgedMetric, readWhole, type WholeEvidence, worstMetric } from "./whole-evidence.ts";

const REASON_LENGTH_MAX = 500;

interface CommandDialogProps {
  /** The command that is asked about; null while no dialog is open. */
  readonly type: Asked | null;
  readonly rollout: Rollout;
  readonly evidence: WholeEvidence | null;
  readonly command: CommandControl;
  /** Browser time text of the last message while the page is not current; null while it is. */
  readonly staleSince: string | null;
  readonly onType: (type: Asked | null) => void;
  /** The command became a rollout of its own. */
  readonly onMoved: (rolloutId: string) => void;
}

/** Asks before what cannot be taken back, with the numbers it would be done on. Mod+Enter confirms. */
export function CommandDialog({ type, rollout, evidence, command, staleSince, onType, onMoved }: CommandDialogProps) {
  // The words stay while the dialog fades.
  const shown = useRef<Asked>("rollBack");
  if (type) shown.current = type;
  const now = useEngineNow();
  const words = dialogWords(shown.current, rollout, evidence, now);
  const reasonOf = useWhyNot(rollout);
  const mustType = useProtection(rollout.environment)?.isProtected === true && needsName(rollout, shown.current);
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const [sawSeq, setSawSeq] = useState(rollout.seq);
  const rollBackInstead = useRef<HTMLButtonElement>(null);
  const seq = useRef(rollout.seq);
  seq.current = rollout.seq;
  const { forget } = command;
  useEffect(() => {
    if (!type) return;
    setReason("");
    setTyped("");
    setSawSeq(seq.current);
    forget();
  }, [type, forget]);

  const impossible = type ? reasonOf(type) : null;
  const missing = words.reasonNeeded && reason.trim() === "" ? "Say why first; it is kept in the log." : null;
  const untyped = mustType && typed !== rollout.fleetName ? `Type ${rollout.fleetName} to confirm.` : null;
  const refused = command.refused?.type === type ? command.refused : null;
  const confirm = async () => {
    if (!type) return;
    const taken = await command.send(type, { reason: reason.trim() || undefined, sawSeq, confirm: mustType ? typed : undefined });
    if (!taken) return setSawSeq(seq.current);
    onType(null);
    if (taken.rolloutId !== rollout.rolloutId) onMoved(taken.rolloutId);
  };
  return (
    <AlertDialog
      open={type !== null}
      onOpenChange={(open) => !open && onType(null)}
      title={words.title}
      description={words.effects.map((effect) => (
        <p key={effect} className="mt-1 first:mt-0">
          {effect}
        </p>
      ))}
      confirmLabel={refused?.stale ? `${words.confirm} all the same` : words.confirm}
      cancelLabel={words.keep}
      danger={words.danger}
      pending={command.pending?.type === type && type !== null}
      disabledReason={impossible ?? missing ?? untyped}
      problem={refused ? (problemAt(refused.failure, "reason") ?? problemAt(refused.failure, "confirm") ?? refused.failure.message) : null}
      onConfirm={() => void confirm()}
      initialFocus={words.rollBackInstead ? rollBackInstead : undefined}
      alternative={
        words.rollBackInstead ? (
          <Button ref={rollBackInstead} disabledReason={reasonOf("rollBack")} onClick={() => onType("rollBack")}>
            Roll back instead
          </Button>
        ) : null
      }
    >
      {words.warning ? <p className="rounded-md bg-bad-soft px-3 py-2 text-bad text-sm">{words.warning}</p> : null}
      {staleSince ? (
        <p className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">What you see is of {staleSince}; the state may have changed since.</p>
      ) : null}
      {words.showEvidence ? <EvidenceNow evidence={evidence} /> : null}
      <Field
        label="Reason"
        optional={!words.reasonNeeded}
        hint={words.reasonNeeded ? "Needed. It is kept in the event log with your name." : "Kept in the event log with your name."}
      >
        <Textarea rows={2} maxLength={REASON_LENGTH_MAX} value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
      {mustType ? (
        <Field label={`Type ${rollout.fleetName} to confirm`} hint={`${rollout.environment} is protected.`}>
          <Input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" spellCheck={false} />
        </Field>
      ) : null}
    </AlertDialog>
  );
}

function EvidenceNow({ evidence }: { evidence: WholeEvidence | null }) {
  const reading = readWhole(evidence);
  const worst = worstMetric(evidence);
  return (
    <div className="numbers rounded-md border border-line px-3 py-2 text-sm">
      <p className="font-medium">Evidence now: {reading.label.toLowerCase()}</p>
      <p className="text-ink-soft">{reading.text}</p>
      {worst ? (
        <p className="mt-1 text-ink-soft text-xs">
          <span className="font-medium text-ink">{metricLabel(worst.evidence.metric)}</span> speaks loudest: {loudText(worst)}
        </p>
      ) : null}
    </div>
  );
}

function loudText({ evidence, effect }: JudgedMetric): string {
  if (evidence.gauge) return `it is ${formatGauge(evidence.gauge.value)}, and may be ${formatGauge(evidence.gauge.max)} at most`;
  const arm = (count: ArmCount) => `${formatArmRate(count)} (${formatArmCount(count)})`;
  return `new ${arm(evidence.new)}, old ${arm(evidence.old)}${effect ? `; new to old ${formatEffect(effect)}` : ""}`;
}
