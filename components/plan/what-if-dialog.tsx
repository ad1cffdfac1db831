"use client";

import { FileUp } from "lucide-react";
import { type ChangeEvent, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/input.tsx";
import type { Failure } from "#domain/failure.ts";
import { ScenarioProblems } from "./scenario-problems.tsx";

/** A scenario that is being chosen or written, and why the last try was refused. */
export interface ScenarioDraft {
  readonly name: string;
  readonly text: string;
  readonly failure: Failure | null;
}

interface WhatIfDialogProps {
  /** Null while the dialog is closed. */
  readonly draft: ScenarioDraft | null;
  readonly onDraft: (draft: ScenarioDraft | null) => void;
  readonly onFile: (file: File) => void;
  readonly onPlay: (name: string, text: string) => void;
}

const pastedName = "Pasted scenario";

/** Where a scenario comes from: a file, or text. What is wrong with it is said beside the text that can be mended. */
export function WhatIfDialog({ draft, onDraft, onFile, onPlay }: WhatIfDialogProps) {
  const [last, setLast] = useState<ScenarioDraft>({ name: pastedName, text: "", failure: null });
  // While it closes it still shows what it showed.
  if (draft !== null && draft !== last) setLast(draft);
  const { name, text, failure } = draft ?? last;
  const input = useRef<HTMLInputElement>(null);
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.target.files ?? [];
    // The same file, mended, can be chosen again.
    event.target.value = "";
    if (file) onFile(file);
  };
  return (
    <Dialog
      open={draft !== null}
      onOpenChange={(open) => (open ? undefined : onDraft(null))}
      size="large"
      title="What if…"
      description="A scenario says what goes wrong, what people do and how much traffic there is. The plan you edit is played in it."
      footer={
        <>
          <Button onClick={() => onDraft(null)}>Cancel</Button>
          <Button variant="primary" onClick={() => onPlay(name, text)}>
            Play scenario
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md border border-line-strong border-dashed px-4 py-3">
          <Button onClick={() => input.current?.click()}>
            <FileUp aria-hidden />
            Choose file…
          </Button>
          <p className="min-w-0 flex-1 basis-48 text-ink-soft text-sm">
            Or drop a .yaml or .json file here, the same that <code className="font-mono text-xs">npm run simulate</code> reads.
          </p>
          <input ref={input} type="file" accept=".yaml,.yml,.json" aria-label="Scenario file" className="sr-only" tabIndex={-1} onChange={choose} />
        </div>
        {failure ? <ScenarioProblems name={name} failure={failure} /> : null}
        <Field label={name === pastedName ? "Scenario" : name} hint="Every field is explained in docs/simulation.md.">
          <Textarea
            mono
            rows={14}
            wrap="off"
            spellCheck={false}
            value={text}
            placeholder={example}
            onChange={(event) => onDraft({ name: nameOfChanged(name), text: event.target.value, failure: null })}
            className="text-xs leading-5"
          />
        </Field>
        {text === "" ? (
          <Button
            size="small"
            variant="ghost"
            className="-ml-2 self-start pointer-coarse:-ml-3"
            onClick={() => onDraft({ name: pastedName, text: example, failure: null })}
          >
            Begin with an example
          </Button>
        ) : null}
      </div>
    </Dialog>
  );
}

/** What is written by hand is not the file any more. */
function nameOfChanged(name: string): string {
  return name === pastedName || name.endsWith(changed) ? name : `${name}${changed}`;
}

const changed = ", changed";

export const emptyDraft: ScenarioDraft = { name: pastedName, text: "", failure: null };

const example = `# Zone b is lost while the first batch soaks; the new release fails one request in fifty.
fleet:
  instances: 12
  zones: [a, b, c]
  traffic: { rps: 200, errorRate: 0.001 }
releases:
  v2: { readyMs: 3000, errorRate: 0.02 }
timeline:
  - { atMs: 0, do: start, release: v2 }
  - { when: { batch: 1, is: soaking }, do: hostLost, zone: b }
`;
