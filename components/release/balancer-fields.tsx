"use client";

import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { problemAt, type ShownFailure } from "#hooks/failure.ts";
import { type BalancerDraft, balancerFields } from "./balancer-draft.ts";

interface BalancerFieldsProps {
  readonly draft: BalancerDraft;
  readonly onChange: (draft: BalancerDraft) => void;
  readonly failure: ShownFailure | null;
}

/** How the load balancer that was chosen is reached. */
export function BalancerFields({ draft, onChange, failure }: BalancerFieldsProps) {
  const control = (field: keyof typeof balancerFields) => ({
    value: draft[field],
    onChange: (event: { target: { value: string } }) => onChange({ ...draft, [field]: event.target.value }),
    autoComplete: "off",
    spellCheck: false,
  });
  const error = (field: keyof typeof balancerFields) => problemAt(failure, balancerFields[field], { below: true });
  if (draft.type === "embedded")
    return (
      <Field label="Port" optional error={error("port")} hint="Where traffic arrives on 127.0.0.1.">
        <Input {...control("port")} inputMode="numeric" placeholder="chosen once" />
      </Field>
    );
  if (draft.type === "haproxy")
    return (
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Runtime API" error={error("socket")} hint="A socket of level admin, or tcp://host:port.">
          <Input {...control("socket")} mono />
        </Field>
        <Field label="Backend" error={error("backend")} hint="As haproxy.cfg names it.">
          <Input {...control("backend")} mono placeholder="shop" />
        </Field>
      </div>
    );
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Upstream file" error={error("upstreamFile")} hint="Written by Tideline alone, included by nginx.conf.">
        <Input {...control("upstreamFile")} mono placeholder="/etc/nginx/tideline/shop.conf" />
      </Field>
      <Field label="Upstream" error={error("upstream")} hint="As proxy_pass names it.">
        <Input {...control("upstream")} mono placeholder="shop" />
      </Field>
      <Field label="Status" error={error("status")} hint="Where it tells its configuration.">
        <Input {...control("status")} mono />
      </Field>
      <Field label="Command" error={error("commandLine")} hint="Calls NGINX; no shell reads it.">
        <Input {...control("commandLine")} mono />
      </Field>
    </div>
  );
}
