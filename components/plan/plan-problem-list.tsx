"use client";

import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import { cn } from "#components/ui/cn.ts";
import { fieldLabel } from "./plan-fields.ts";
import type { FieldProblem } from "./plan-problems.ts";

interface PlanProblemListProps {
  readonly problems: readonly FieldProblem[];
  /** A click on an entry leads to its field; without it the entries are only read. */
  readonly onFocus?: (field: string) => void;
}

const looks = {
  error: { icon: CircleAlert, tone: "text-bad", word: "Error" },
  warning: { icon: TriangleAlert, tone: "text-warn", word: "Warning" },
  note: { icon: Info, tone: "text-ink-faint", word: "Note" },
} as const;

/** Everything worth knowing about the plan, errors first. Errors keep it from being saved, the rest does not. */
export function PlanProblemList({ problems, onFocus }: PlanProblemListProps) {
  const severities = Object.keys(looks) as (keyof typeof looks)[];
  const ordered = severities.flatMap((severity) => problems.filter((problem) => problem.severity === severity));
  if (ordered.length === 0)
    return (
      <p className="flex items-center gap-2 text-ink-soft text-sm">
        <CircleCheck aria-hidden className="size-4 shrink-0 text-ok" />
        Nothing speaks against this plan.
      </p>
    );
  return (
    <ul className="flex flex-col gap-1">
      {ordered.map((problem) => (
        <li key={`${problem.severity} ${problem.field} ${problem.message}`}>
          <Entry problem={problem} onFocus={onFocus} />
        </li>
      ))}
    </ul>
  );
}

function Entry({ problem, onFocus }: { problem: FieldProblem; onFocus?: (field: string) => void }) {
  const { icon: Icon, tone, word } = looks[problem.severity];
  const content = (
    <>
      <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", tone)} />
      <span className="min-w-0 break-words text-sm">
        <span className="sr-only">{word}: </span>
        <span className="font-medium">{fieldLabel(problem.field)}</span> <span className="text-ink-soft">{problem.message}</span>
      </span>
    </>
  );
  if (!onFocus) return <div className="flex items-start gap-2 py-0.5">{content}</div>;
  return (
    <button
      type="button"
      onClick={() => onFocus(problem.field)}
      className="-mx-1.5 flex min-h-6 w-full items-start pointer-coarse:min-h-11 gap-2 rounded-sm px-1.5 py-0.5 text-left hover:bg-hover"
    >
      {content}
    </button>
  );
}
