"use client";

import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input, Textarea } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { splitCommand } from "#components/ui/split-command.ts";
import { problemAt, type ShownFailure } from "#hooks/failure.ts";
import { CommandParts } from "./command-parts.tsx";
import { EnvRows } from "./env-rows.tsx";
import { type ImageDraft, imageFields } from "./image-draft.ts";

interface ImageFieldsProps {
  readonly draft: ImageDraft;
  readonly onChange: (draft: ImageDraft) => void;
  readonly failure: ShownFailure | null;
}

/** Which image a release is, and how its containers are created. */
export function ImageFields({ draft, onChange, failure }: ImageFieldsProps) {
  const set = (change: Partial<ImageDraft>) => onChange({ ...draft, ...change });
  const control = (field: keyof typeof imageFields) => ({
    value: draft[field],
    onChange: (event: { target: { value: string } }) => set({ [field]: event.target.value }),
    autoComplete: "off",
    spellCheck: false,
  });
  const error = (field: keyof typeof imageFields) => problemAt(failure, imageFields[field], { below: true });
  const parts = splitCommand(draft.commandLine);
  const hasMoreProblem = moreFields.some((field) => error(field) !== null) || problemAt(failure, "container.hostNetwork") !== null;
  return (
    <div className="grid grid-cols-2 gap-4">
      <Field label="Release name" error={error("name")} hint='What people call it, for example "1.4.2".'>
        <Input {...control("name")} />
      </Field>
      <Field label="Port" error={error("port")} hint="On which the service listens.">
        <Input {...control("port")} inputMode="numeric" />
      </Field>
      <Field
        label="Image"
        error={error("image")}
        hint="A tag is looked up now, and its digest recorded: what the release means never changes."
        className="col-span-2"
      >
        <Input {...control("image")} mono placeholder="registry.internal/shop:1.4.2" />
      </Field>
      <div className="col-span-2 grid gap-1.5">
        <Field label="Command" optional error={error("commandLine")} hint="Instead of the image's own.">
          <Input {...control("commandLine")} mono />
        </Field>
        {parts.length > 0 ? <CommandParts parts={parts} /> : null}
      </div>
      <Field label="Registry user" optional error={error("registryUser")}>
        <Input {...control("registryUser")} />
      </Field>
      <Field label="Its password is at" optional error={error("registryPassword")}>
        <Input {...control("registryPassword")} mono placeholder="env:TIDELINE_SECRET_…" />
      </Field>
      <div className="col-span-2">
        <EnvRows
          rows={draft.env}
          onChange={(env) => set({ env })}
          failure={failure}
          gets="A container gets these and PORT besides what the image says"
        />
      </div>
      <details open={hasMoreProblem || undefined} className="col-span-2 rounded-md border border-line">
        <summary className="touch-target cursor-pointer select-none px-3 py-1.5 font-medium text-sm hover:bg-hover">
          Limits, mounts and how it is stopped
        </summary>
        <div className="grid grid-cols-2 gap-4 border-line border-t p-3">
          <Field label="Memory, MiB" optional error={error("memory")}>
            <Input {...control("memory")} inputMode="numeric" placeholder="no limit" />
          </Field>
          <Field label="CPUs" optional error={error("cpus")}>
            <Input {...control("cpus")} inputMode="decimal" placeholder="no limit" />
          </Field>
          <Field label="Time to stop" error={error("stopTimeout")} hint="Then it is killed.">
            <Input {...control("stopTimeout")} />
          </Field>
          <Field label="When it ends by itself">
            <Select value={draft.restart} onValueChange={(restart) => set({ restart })} options={restartOptions} />
          </Field>
          <Field label="User" optional error={error("user")}>
            <Input {...control("user")} mono placeholder="as the image says" />
          </Field>
          <Field label="Entry point" optional error={error("entrypointLine")}>
            <Input {...control("entrypointLine")} mono placeholder="as the image says" />
          </Field>
          <Field
            label="Mounts"
            optional
            error={error("mounts")}
            hint="volume:/path or /directory:/path, with :ro to read only."
            className="col-span-2"
          >
            <Textarea {...control("mounts")} mono rows={2} />
          </Field>
          <div className="col-span-2 grid gap-2">
            <Checkbox checked={draft.hostNetwork} onCheckedChange={(hostNetwork) => set({ hostNetwork })}>
              In the network of its host
            </Checkbox>
            <Checkbox checked={draft.privileged} onCheckedChange={(privileged) => set({ privileged })}>
              Privileged
            </Checkbox>
            <p className="text-ink-faint text-xs">Both, and directories of the host, only where this server's TIDELINE_DOCKER_ALLOW says so.</p>
          </div>
        </div>
      </details>
    </div>
  );
}

const moreFields = ["memory", "cpus", "stopTimeout", "user", "entrypointLine", "mounts"] as const;
const restartOptions = [
  { value: "unless-stopped", label: "Start again" },
  { value: "on-failure", label: "Again after a failure" },
  { value: "always", label: "Always again" },
  { value: "no", label: "Leave it" },
] as const;
