"use client";

import { Field } from "#components/ui/field.tsx";
import { Input, Textarea } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { problemAt, type ShownFailure } from "#hooks/failure.ts";
import { type MetricsDraft, metricsFields, secretField } from "./metrics-draft.ts";

interface MetricsFieldsProps {
  readonly draft: MetricsDraft;
  readonly onChange: (draft: MetricsDraft) => void;
  readonly failure: ShownFailure | null;
}

/** How a Prometheus is asked. */
export function MetricsFields({ draft, onChange, failure }: MetricsFieldsProps) {
  const control = (field: keyof MetricsDraft) => ({
    value: draft[field],
    onChange: (event: { target: { value: string } }) => onChange({ ...draft, [field]: event.target.value }),
    autoComplete: "off",
    spellCheck: false,
  });
  const error = (field: keyof typeof metricsFields) => problemAt(failure, metricsFields[field], { below: true });
  return (
    <div className="grid grid-cols-2 gap-4 sm:grid-cols-4">
      <Field label="Address" error={error("url")} hint="Where its API begins." className="col-span-2 sm:col-span-4">
        <Input {...control("url")} mono placeholder="https://prometheus.internal:9090" />
      </Field>
      <Field label="Signs in with" className="col-span-2 sm:col-span-1">
        <Select value={draft.auth} onValueChange={(auth) => onChange({ ...draft, auth })} options={authOptions} />
      </Field>
      {draft.auth === "basic" ? (
        <Field label="User" error={error("user")}>
          <Input {...control("user")} />
        </Field>
      ) : null}
      {draft.auth === "none" ? null : (
        <Field
          label={draft.auth === "basic" ? "Where the password is" : "Where the token is"}
          error={problemAt(failure, secretField(draft.auth))}
          hint="Not the secret: env:TIDELINE_SECRET_… or file:/run/secrets/…"
          className="col-span-2"
        >
          <Input {...control("secret")} mono />
        </Field>
      )}
      <Field label="Failed requests" optional error={error("bad")} hint="A part of the next." className="col-span-2 sm:col-span-4">
        <Textarea {...control("bad")} mono rows={2} placeholder={'http_requests_total{release="{{release}}",code=~"5.."}'} />
      </Field>
      <Field
        label="All requests"
        optional
        error={error("total")}
        hint="{{release}} stands for a release's name. With {{window}} the query counts by itself; without, it names counters. Without queries the balancer counts."
        className="col-span-2 sm:col-span-4"
      >
        <Textarea {...control("total")} mono rows={2} placeholder={'http_requests_total{release="{{release}}"}'} />
      </Field>
      <Field label="Interval" error={error("interval")} hint="At least two scrapes.">
        <Input {...control("interval")} />
      </Field>
      <Field label="Delay" error={error("delay")} hint="For late scrapes.">
        <Input {...control("delay")} />
      </Field>
      <Field label="Timeout" error={error("timeout")} hint="For one answer.">
        <Input {...control("timeout")} />
      </Field>
      <Field label="Bytes" error={error("bytesMax")} hint="Of one answer, at most.">
        <Input {...control("bytesMax")} inputMode="numeric" />
      </Field>
    </div>
  );
}

const authOptions = [
  { value: "none", label: "Nothing" },
  { value: "bearer", label: "A token" },
  { value: "basic", label: "User and password" },
] as const;
