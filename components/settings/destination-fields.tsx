"use client";

import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { RadioGroup } from "#components/ui/radio.tsx";
import { Select } from "#components/ui/select.tsx";
import { problemAt, type ShownFailure } from "#hooks/failure.ts";
import type { DestinationDraft, placesOf } from "./destination-draft.ts";

/** Fields whose problems stand beside them. */
export const destinationFields = ["destination.name", "destination.url", "destination.key", "destination.scope", "destination.about"] as const;

interface DestinationFieldsProps {
  readonly draft: DestinationDraft;
  readonly places: ReturnType<typeof placesOf>;
  readonly onChange: (draft: DestinationDraft) => void;
  readonly failure: ShownFailure | null;
}

export function DestinationFields({ draft, places, onChange, failure }: DestinationFieldsProps) {
  const set = (change: Partial<DestinationDraft>) => onChange({ ...draft, ...change });
  const { kind } = draft;
  const aboutProblem = problemAt(failure, "destination.about", { below: true });
  return (
    <div className="grid gap-4">
      <RadioGroup
        label="Kind"
        inline
        value={kind}
        onValueChange={(next) => set({ kind: next })}
        options={[
          { value: "webhook", label: "Webhook" },
          { value: "slack", label: "Slack, or what takes the same" },
        ]}
      />
      <Field label="Name" error={problemAt(failure, "destination.name")}>
        <Input autoComplete="off" placeholder="on-call" value={draft.name} onChange={(event) => set({ name: event.target.value })} />
      </Field>
      <Field label="Address" error={problemAt(failure, "destination.url")} hint={kind === "slack" ? slackHint : webhookHint}>
        <Input
          mono
          autoComplete="off"
          spellCheck={false}
          placeholder={kind === "slack" ? "env:TIDELINE_SECRET_SLACK" : "https://hooks.example.com/tideline"}
          value={draft.url}
          onChange={(event) => set({ url: event.target.value })}
        />
      </Field>
      {kind === "webhook" ? (
        <Field
          label="Signing key"
          error={problemAt(failure, "destination.key")}
          hint="Where the key is that requests are signed with, 16 characters or more."
        >
          <Input
            mono
            autoComplete="off"
            spellCheck={false}
            placeholder="env:TIDELINE_SECRET_WEBHOOK"
            value={draft.key}
            onChange={(event) => set({ key: event.target.value })}
          />
        </Field>
      ) : null}
      <Field label="Of which fleets" error={problemAt(failure, "destination.scope", { below: true })}>
        <Select value={draft.place} onValueChange={(place) => set({ place })} options={places} />
      </Field>
      <fieldset className="grid gap-2">
        <legend className="mb-1 font-medium text-sm">Tells of</legend>
        <Checkbox checked={draft.attention} onCheckedChange={(attention) => set({ attention })}>
          What needs a person: approvals, decisions, rollbacks that began, fleets that fail
        </Checkbox>
        <Checkbox checked={draft.ends} onCheckedChange={(ends) => set({ ends })}>
          Ends: succeeded, rolled back, failed, cancelled, superseded
        </Checkbox>
        {aboutProblem ? <p className="text-bad text-sm">{aboutProblem}</p> : null}
      </fieldset>
    </div>
  );
}

const webhookHint = "The URL, or where it is (env:TIDELINE_SECRET_… or file:/run/secrets/…) if it holds a secret.";
const slackHint =
  "Where the webhook's URL is: env:TIDELINE_SECRET_… or file:/run/secrets/…. Whoever has the URL can write there, so it is not kept here.";
