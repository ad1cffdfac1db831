"use client";

import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { splitCommand } from "#components/ui/split-command.ts";
import { problemAt, type ShownFailure } from "#hooks/failure.ts";
import { CommandParts } from "./command-parts.tsx";
import { EnvRows } from "./env-rows.tsx";
import type { ReleaseDraft } from "./release-draft.ts";

interface ReleaseFieldsProps {
  readonly draft: ReleaseDraft;
  readonly onChange: (draft: ReleaseDraft) => void;
  readonly failure: ShownFailure | null;
}

export function ReleaseFields({ draft, onChange, failure }: ReleaseFieldsProps) {
  const set = (change: Partial<ReleaseDraft>) => onChange({ ...draft, ...change });
  const parts = splitCommand(draft.commandLine);
  return (
    <div className="grid gap-4">
      <Field label="Release name" error={problemAt(failure, "name")} hint='What people call it, for example "1.4.2".'>
        <Input value={draft.name} onChange={(event) => set({ name: event.target.value })} autoComplete="off" spellCheck={false} />
      </Field>
      <div className="grid gap-1.5">
        <Field label="Command" error={problemAt(failure, "command", { below: true })} hint="The program and its arguments. No shell reads it.">
          <Input
            mono
            value={draft.commandLine}
            onChange={(event) => set({ commandLine: event.target.value })}
            placeholder="node server.mjs"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
        {parts.length > 0 ? <CommandParts parts={parts} /> : null}
      </div>
      <Field
        label="Directory"
        error={problemAt(failure, "directory")}
        hint="Absolute, on the machine that runs Tideline. Its contents are digested now and verified before each start."
      >
        <Input
          mono
          value={draft.directory}
          onChange={(event) => set({ directory: event.target.value })}
          placeholder="/srv/shop/releases/1.4.2"
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
      <EnvRows rows={draft.env} onChange={(env) => set({ env })} failure={failure} gets="The service gets only these, PATH, HOME and PORT" />
    </div>
  );
}
