"use client";

import { toNestErrors } from "@hookform/resolvers";
import dynamic from "next/dynamic";
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import { type FieldErrors, FormProvider, type Resolver, useForm } from "react-hook-form";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { Ago } from "#components/ui/time.tsx";
import { untilLoaded } from "#components/ui/until-loaded.ts";
import type { Plan } from "#domain/plan.ts";
import { usePlanDraft } from "#hooks/use-plan-draft.ts";
import { PlanChanges } from "./plan-changes.tsx";
import { diffPlans } from "./plan-diff.ts";
import { focusField, PlanField, PlanProblems } from "./plan-field.tsx";
import { PlanForm, readPlan, toPlanForm, toPlanInput } from "./plan-form.ts";
import { PlanFormSections } from "./plan-form-sections.tsx";
import { PlanPowerContext, usePlanPower } from "./plan-power.ts";
import { PlanProblemList } from "./plan-problem-list.tsx";
import { PlanSummary } from "./plan-summary.tsx";
import { type PlanVersion, PlanVersions } from "./plan-versions.tsx";
import { PreviewArea } from "./preview-area.tsx";
import { SaveBar } from "./save-bar.tsx";
import { TemplatePicker } from "./template-picker.tsx";
import { usePlanPreview } from "./use-plan-preview.ts";
import { usePreviewFleet } from "./use-preview-fleet.ts";
import { type SavedPlan, useSavePlan } from "./use-save-plan.ts";

interface PlanEditorProps {
  /** Null for a new plan. */
  readonly saved: SavedPlan | null;
  readonly initial: PlanForm;
  /** Newest first; none of a new plan. */
  readonly versions?: readonly PlanVersion[];
}

/** Only who writes text needs its language. */
const PlanText = dynamic(
  untilLoaded(() => import("./plan-text.tsx").then((module) => module.PlanText)),
  { loading: () => <Skeleton className="h-96" /> },
);

/** The plan as fields or as text, beside what it would do. */
export function PlanEditor({ saved, initial, versions = [] }: PlanEditorProps) {
  const form = useForm<PlanForm>({ defaultValues: initial, resolver: planResolver });
  const values = form.watch();
  const draft = usePlanDraft({ planId: saved?.planId ?? null, parse: parseDraft });
  const [tab, setTab] = useState("form");
  const [textProblem, setTextProblem] = useState<string | null>(null);
  const [toFocus, setToFocus] = useState<string | null>(null);

  // `watch` makes a new object every time; its text changes only when a field does.
  const text = useDeferredValue(JSON.stringify(values));
  const written = useMemo(() => readPlan(JSON.parse(text) as PlanForm), [text]);
  const preview = usePreviewFleet();
  const result = usePlanPreview(written.plan, preview.fleet);
  const power = usePlanPower(written.plan, preview.fleet);
  const showTab = (next: string) => {
    setTab(next);
    setTextProblem(null);
  };
  const showField = (field: string) => {
    if (field !== "text") showTab("form");
    setToFocus(field);
  };
  const saving = useSavePlan(saved, values, {
    onSaved: (next) => {
      form.reset(next);
      draft.forget();
    },
    onRefused: showField,
  });
  const problems = useMemo(
    () => [
      ...(textProblem ? [{ severity: "error" as const, field: "text", message: textProblem }] : []),
      ...saving.problems,
      ...written.problems,
      ...result.findings,
    ],
    [textProblem, saving.problems, written.problems, result.findings],
  );
  const errors = problems.filter((problem) => problem.severity === "error");
  const changes = saved && written.plan ? diffOf(saved, written.plan, written.name) : [];

  const { isDirty, touchedFields, dirtyFields, submitCount } = form.formState;
  // A name that nobody came to yet is missing, but not wrong.
  const nameIsDue = values.name !== "" || Boolean(touchedFields.name) || Boolean(dirtyFields.name) || submitCount > 0;
  const { keep } = draft;
  const version = saved?.version ?? null;
  useEffect(() => {
    if (isDirty) keep(JSON.parse(text) as PlanForm, version);
  }, [isDirty, text, keep, version]);

  useEffect(() => {
    if (toFocus === null) return;
    focusField(toFocus);
    setToFocus(null);
  }, [toFocus]);

  const adopt = (next: PlanForm) => form.reset(next, { keepDefaultValues: true });

  return (
    <FormProvider {...form}>
      <PlanProblems value={nameIsDue ? problems : problems.filter((problem) => problem.field !== "name")}>
        {draft.found && JSON.stringify(draft.found.form) !== JSON.stringify(initial) ? (
          <DraftPrompt
            keptAt={draft.found.keptAt}
            stale={draft.found.version !== version}
            onResume={() => {
              if (draft.found) adopt(draft.found.form);
              draft.decide();
            }}
            onDiscard={draft.forget}
          />
        ) : null}
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,28rem)_minmax(0,1fr)]">
          <div className="hidden min-w-0 md:block">
            <Tabs
              label="Ways to write the plan"
              value={tab}
              onValueChange={showTab}
              tabs={[
                {
                  value: "form",
                  label: "Form",
                  content: (
                    <div className="flex flex-col gap-4">
                      <Card>
                        <PlanField name="name" mono={false} placeholder="standard" />
                        {saved ? null : <TemplatePicker onPick={(plan) => adopt({ ...toPlanForm(values.name, plan), name: values.name })} />}
                      </Card>
                      <PlanPowerContext value={power}>
                        <PlanFormSections />
                      </PlanPowerContext>
                    </div>
                  ),
                },
                {
                  value: "text",
                  label: "YAML",
                  content: (
                    <PlanText value={toPlanInput(values)} onPlan={(plan) => adopt(toPlanForm(values.name, plan))} onProblem={setTextProblem} />
                  ),
                },
                ...(versions.length > 0
                  ? [
                      {
                        value: "versions",
                        label: `Versions (${versions.length})`,
                        content: (
                          <PlanVersions
                            versions={versions}
                            written={written.plan}
                            onTake={(plan) => {
                              adopt(toPlanForm(values.name, plan));
                              showTab("form");
                            }}
                          />
                        ),
                      },
                    ]
                  : []),
              ]}
            />
          </div>
          <div className="flex min-w-0 flex-col gap-4 lg:sticky lg:top-12 lg:-mx-1 lg:-mt-4 lg:max-h-[calc(100dvh-6.5rem)] lg:overflow-y-auto lg:px-1 lg:py-4">
            <div className="md:hidden">{written.plan ? <PlanSummary plan={written.plan} isNew={saved === null} /> : null}</div>
            <Card title="Problems">
              <div className="max-md:hidden">
                <PlanProblemList problems={problems} onFocus={showField} />
              </div>
              {/* Without the form nobody can give the name, and no entry leads to a field. */}
              <div className="md:hidden">
                <PlanProblemList problems={problems.filter(({ field }) => field !== "name")} />
              </div>
            </Card>
            <PreviewArea plan={written.plan} result={result} preview={preview} />
            {saved ? (
              <Card className="max-md:hidden" title={`Changes since version ${saved.version}`}>
                <PlanChanges changes={changes} empty={written.plan ? "None." : "Shown again once the plan has no errors."} />
              </Card>
            ) : null}
          </div>
        </div>
        <SaveBar
          version={version}
          errors={errors}
          changes={changes.length}
          pending={saving.pending}
          problem={saving.message}
          onSave={form.handleSubmit(saving.save, () => showField(errors[0]?.field ?? "name"))}
          onDiscard={() => {
            form.reset(initial);
            draft.forget();
          }}
        />
      </PlanProblems>
    </FormProvider>
  );
}

const planResolver: Resolver<PlanForm> = (values, _context, options) => {
  const { problems } = readPlan(values);
  if (problems.length === 0) return { values, errors: {} };
  const errors = Object.fromEntries(problems.map(({ field, message }) => [field, { type: "plan", message }]));
  return { values: {}, errors: toNestErrors(errors as FieldErrors<PlanForm>, options) };
};

function parseDraft(stored: unknown): PlanForm | null {
  return PlanForm.safeParse(stored).data ?? null;
}

function diffOf(saved: SavedPlan, plan: Plan, name: string | null) {
  const renamed = name !== null && name !== saved.name ? [{ field: "name", label: "Name", before: saved.name, after: name }] : [];
  return [...renamed, ...diffPlans(saved.plan, plan)];
}

interface DraftPromptProps {
  readonly keptAt: number;
  readonly stale: boolean;
  readonly onResume: () => void;
  readonly onDiscard: () => void;
}

function DraftPrompt({ keptAt, stale, onResume, onDiscard }: DraftPromptProps) {
  return (
    <section
      aria-label="Unsaved draft"
      className="mb-4 hidden flex-wrap items-center gap-3 rounded-lg border border-line border-l-4 border-l-accent bg-surface px-4 py-2.5 md:flex"
    >
      <p className="min-w-0 flex-1 text-sm">
        A draft from <Ago at={keptAt} /> was not saved.{" "}
        {stale ? <span className="text-warn">The plan was saved since; compare the changes before you save the draft.</span> : null}
      </p>
      <Button variant="ghost" onClick={onDiscard}>
        Discard draft
      </Button>
      <Button onClick={onResume}>Resume draft</Button>
    </section>
  );
}
