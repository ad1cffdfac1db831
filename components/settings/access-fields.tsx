"use client";

import { Plus, X } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { type GrantablePermission, grantablePermissions, type Role, roles } from "#domain/role.ts";
import { problemAt, type ShownFailure } from "#hooks/failure.ts";
import { type AccessDraft, type RoleRow, withRow, withRowAdded, withRowRemoved } from "./access-draft.ts";
import { grantMeanings, roleMeanings } from "./access-words.ts";

interface AccessFieldsProps {
  readonly draft: AccessDraft;
  readonly onChange: (draft: AccessDraft) => void;
  readonly failure: ShownFailure | null;
}

const none = "none";
const options = [{ value: none, label: "No role" }, ...roles.map((role) => ({ value: role, label: role }))];
const toRole = (value: string): Role | null => (value === none ? null : (value as Role));

/** What a person may do: a role for all environments, others for some, and what is given beside them. */
export function AccessFields({ draft, onChange, failure }: AccessFieldsProps) {
  const grant = (permission: GrantablePermission, given: boolean) =>
    onChange({ ...draft, granted: given ? [...draft.granted, permission] : draft.granted.filter((each) => each !== permission) });
  return (
    <div className="grid gap-4">
      <Field
        label="Role in all environments not named below"
        hint={draft.defaultRole ? `A ${draft.defaultRole} ${roleMeanings[draft.defaultRole]}.` : "Sees nothing there."}
      >
        <Select value={draft.defaultRole ?? none} onValueChange={(value) => onChange({ ...draft, defaultRole: toRole(value) })} options={options} />
      </Field>
      <fieldset className="grid min-w-0 gap-1.5">
        <legend className="mb-1 font-medium text-sm">
          In these environments <span className="font-normal text-ink-faint">optional</span>
        </legend>
        {draft.rows.map((row, position) => (
          <EnvironmentLine
            key={row.row}
            entry={row}
            number={position + 1}
            problem={problemAt(failure, `access.roles.${row.environment}`)}
            onChange={(given) => onChange(withRow(draft, row.row, given))}
            onRemove={() => onChange(withRowRemoved(draft, row.row))}
          />
        ))}
        <div>
          <Button size="small" onClick={() => onChange(withRowAdded(draft))}>
            <Plus aria-hidden /> Add environment
          </Button>
        </div>
      </fieldset>
      <fieldset className="grid min-w-0 gap-2">
        <legend className="mb-1 font-medium text-sm">
          Beside the role <span className="font-normal text-ink-faint">optional</span>
        </legend>
        {grantablePermissions.map((permission) => (
          <Checkbox key={permission} checked={draft.granted.includes(permission)} onCheckedChange={(given) => grant(permission, given)}>
            {grantMeanings[permission]}
          </Checkbox>
        ))}
      </fieldset>
    </div>
  );
}

interface EnvironmentLineProps {
  readonly entry: RoleRow;
  readonly number: number;
  readonly problem: string | null;
  readonly onChange: (given: Partial<RoleRow>) => void;
  readonly onRemove: () => void;
}

function EnvironmentLine({ entry, number, problem, onChange, onRemove }: EnvironmentLineProps) {
  return (
    <div>
      <div className="flex gap-1.5">
        <Input
          mono
          aria-label={`Environment ${number}`}
          className="flex-[3]"
          value={entry.environment}
          invalid={Boolean(problem)}
          onChange={(event) => onChange({ environment: event.target.value })}
          placeholder="production"
          autoComplete="off"
          spellCheck={false}
        />
        <Select
          aria-label={`Role in environment ${number}`}
          className="flex-[2]"
          value={entry.role ?? none}
          onValueChange={(value) => onChange({ role: toRole(value) })}
          options={options}
        />
        <Button variant="ghost" size="icon" aria-label={`Remove environment ${entry.environment || number}`} onClick={onRemove}>
          <X aria-hidden />
        </Button>
      </div>
      {problem ? <p className="mt-0.5 text-bad text-sm">{problem}</p> : null}
    </div>
  );
}
