"use client";

import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { problemAt, type ShownFailure } from "#hooks/failure.ts";
import { type EngineDraft, engineFields, schemeOf } from "./engine-draft.ts";

interface EngineFieldsProps {
  readonly draft: EngineDraft;
  readonly onChange: (draft: EngineDraft) => void;
  readonly failure: ShownFailure | null;
}

const whereSecret = "env:TIDELINE_SECRET_… or file:/run/secrets/…";

/** Which engine runs the containers, and how they are reached. */
export function EngineFields({ draft, onChange, failure }: EngineFieldsProps) {
  const control = (field: keyof typeof engineFields) => ({
    value: draft[field],
    onChange: (event: { target: { value: string } }) => onChange({ ...draft, [field]: event.target.value }),
    autoComplete: "off",
    spellCheck: false,
    mono: true,
  });
  const error = (field: keyof typeof engineFields) => problemAt(failure, engineFields[field]);
  const scheme = schemeOf(draft);
  return (
    <div className="grid grid-cols-2 gap-4">
      <Field
        label="Docker engine"
        error={error("url") ?? problemAt(failure, "driver.engine.tls") ?? problemAt(failure, "driver.engine.ssh")}
        hint="A socket of this machine, tcp://host:2376 or ssh://user@host."
        className="col-span-2"
      >
        <Input {...control("url")} />
      </Field>
      {scheme === "tcp" ? (
        <>
          <Field label="Where its CA is" error={error("ca")} hint={whereSecret} className="col-span-2">
            <Input {...control("ca")} />
          </Field>
          <Field label="Where our certificate is" error={error("cert")} className="col-span-2 sm:col-span-1">
            <Input {...control("cert")} />
          </Field>
          <Field label="Where its key is" error={error("key")} className="col-span-2 sm:col-span-1">
            <Input {...control("key")} />
          </Field>
        </>
      ) : null}
      {scheme === "ssh" ? (
        <>
          <Field label="Where the private key is" error={error("sshKey")} hint={whereSecret} className="col-span-2">
            <Input {...control("sshKey")} />
          </Field>
          <Field label="Host key" error={error("hostKey")} hint="Its fingerprint, as ssh-keygen -lf prints it." className="col-span-2">
            <Input {...control("hostKey")} placeholder="SHA256:…" />
          </Field>
        </>
      ) : null}
      <Field label="Network" optional error={error("network")} hint="One that the engine has.">
        <Input {...control("network")} placeholder="the default one" />
      </Field>
      <Field label="Containers are reached at">
        <Select value={draft.reach} onValueChange={(reach) => onChange({ ...draft, reach })} options={reachOptions} />
      </Field>
      {draft.reach === "published" ? (
        <>
          <Field label="Published at" error={error("bind")} hint="An address of the engine's machine.">
            <Input {...control("bind")} />
          </Field>
          <Field label="Called from here" optional error={error("host")} hint="Where that differs.">
            <Input {...control("host")} />
          </Field>
          <Field label="Ports" optional error={error("ports")} hint="As in 8000-8099; left empty, the engine chooses." className="col-span-2">
            <Input {...control("ports")} />
          </Field>
        </>
      ) : null}
      <div className="col-span-2">
        <Checkbox checked={draft.keepOld} onCheckedChange={(keepOld) => onChange({ ...draft, keepOld })}>
          Keep each instance's last container, stopped, to look at
        </Checkbox>
      </div>
    </div>
  );
}

const reachOptions = [
  { value: "address", label: "Their own address" },
  { value: "published", label: "A published port" },
] as const;
