"use client";

import { KeyRound, Plus, X } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";
import { problemAt, type ShownFailure } from "#hooks/failure.ts";
import type { EnvRow } from "./env-draft.ts";

interface EnvRowsProps {
  readonly rows: readonly EnvRow[];
  readonly onChange: (rows: readonly EnvRow[]) => void;
  readonly failure: ShownFailure | null;
  /** What a unit gets, in words. */
  readonly gets: string;
}

/** Names and values, one pair on a line. */
export function EnvRows({ rows, onChange, failure, gets }: EnvRowsProps) {
  const change = (row: number, given: Partial<EnvRow>) => onChange(rows.map((entry) => (entry.row === row ? { ...entry, ...given } : entry)));
  const add = () => onChange([...rows, { row: Math.max(-1, ...rows.map((entry) => entry.row)) + 1, key: "", value: "", isSecret: false }]);
  const whole = problemAt(failure, "env");
  return (
    <fieldset className="grid min-w-0 gap-1.5">
      <legend className="mb-1 font-medium text-sm">
        Environment <span className="font-normal text-ink-faint">optional</span>
      </legend>
      {rows.map((entry, position) => (
        <EnvLine
          key={entry.row}
          entry={entry}
          position={position}
          problem={problemAt(failure, `env.${entry.key}`, { below: true })}
          onChange={(given) => change(entry.row, given)}
          onRemove={() => onChange(rows.filter((other) => other.row !== entry.row))}
        />
      ))}
      {whole ? <p className="text-bad text-sm">{whole}</p> : null}
      <div>
        <Button size="small" onClick={add}>
          <Plus aria-hidden /> Add variable
        </Button>
      </div>
      <p className="text-ink-faint text-xs">
        {gets}: it listens on PORT. Of a secret only where it is stands here, as env:TIDELINE_SECRET_… or file:/run/secrets/…; it is read at each
        start.
      </p>
    </fieldset>
  );
}

interface EnvLineProps {
  readonly entry: EnvRow;
  readonly position: number;
  readonly problem: string | null;
  readonly onChange: (given: Partial<EnvRow>) => void;
  readonly onRemove: () => void;
}

function EnvLine({ entry, position, problem, onChange, onRemove }: EnvLineProps) {
  const number = position + 1;
  return (
    <div>
      <div className="flex flex-wrap gap-1.5 max-sm:mb-1.5">
        <Input
          mono
          aria-label={`Name of variable ${number}`}
          className="flex-[2] max-sm:basis-full"
          value={entry.key}
          invalid={Boolean(problem)}
          onChange={(event) => onChange({ key: event.target.value })}
          placeholder="LOG_LEVEL"
          autoComplete="off"
          spellCheck={false}
        />
        <Input
          mono
          aria-label={`Value of variable ${number}`}
          className="min-w-0 flex-[3]"
          value={entry.value}
          onChange={(event) => onChange({ value: event.target.value })}
          placeholder={entry.isSecret ? "env:TIDELINE_SECRET_…" : "info"}
          autoComplete="off"
          spellCheck={false}
        />
        <Button
          variant="ghost"
          size="icon"
          className={entry.isSecret ? "border-accent bg-accent-soft text-accent" : undefined}
          aria-pressed={entry.isSecret}
          aria-label={`Variable ${entry.key || number} is a secret`}
          title={entry.isSecret ? "Names where a secret is" : "Make it a secret, named by where it is"}
          onClick={() => onChange({ isSecret: !entry.isSecret })}
        >
          <KeyRound aria-hidden />
        </Button>
        <Button variant="ghost" size="icon" aria-label={`Remove variable ${entry.key || number}`} onClick={onRemove}>
          <X aria-hidden />
        </Button>
      </div>
      {problem ? <p className="mt-0.5 text-bad text-sm">{problem}</p> : null}
    </div>
  );
}
