"use client";

import { type DragEvent, useState } from "react";
import { cn } from "#components/ui/cn.ts";
import { Failure } from "#domain/failure.ts";
import type { Plan } from "#domain/plan.ts";
import { PlanPreview } from "./plan-preview.tsx";
import { type LoadedScenario, readScenario, readScenarioFile } from "./read-scenario.ts";
import type { PlanPreviewResult } from "./use-plan-preview.ts";
import type { usePreviewFleet } from "./use-preview-fleet.ts";
import { useWhatIf } from "./use-what-if.ts";
import { emptyDraft, type ScenarioDraft, WhatIfDialog } from "./what-if-dialog.tsx";
import { WhatIfView } from "./what-if-view.tsx";

interface PreviewAreaProps {
  /** Null while what is written is no plan. */
  readonly plan: Plan | null;
  readonly result: PlanPreviewResult;
  readonly preview: ReturnType<typeof usePreviewFleet>;
}

/** What the plan would do: on a real fleet when nothing goes wrong, or in a scenario. A scenario's file may be dropped anywhere on it. */
export function PreviewArea({ plan, result, preview }: PreviewAreaProps) {
  const [loaded, setLoaded] = useState<LoadedScenario | null>(null);
  const [draft, setDraft] = useState<ScenarioDraft | null>(null);
  const whatIf = useWhatIf(loaded?.scenario ?? null, plan);

  const play = async (name: string, text: string) => {
    const read = await readScenario(name, text);
    if (read instanceof Failure) return setDraft({ name, text, failure: read });
    setLoaded(read);
    setDraft(null);
  };
  const readFile = async (file: File) => {
    try {
      await play(file.name, await readScenarioFile(file));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setDraft({ name: file.name, text: "", failure: error });
    }
  };
  const drop = useFileDrop((file) => void readFile(file));

  return (
    <div {...drop.handlers} className={cn("rounded-lg", drop.isOver && "outline-2 outline-accent outline-offset-2")}>
      {loaded ? (
        <WhatIfView
          loaded={loaded}
          plan={plan}
          result={whatIf}
          onEdit={() => setDraft({ name: loaded.name, text: loaded.text, failure: null })}
          onClose={() => setLoaded(null)}
        />
      ) : (
        <PlanPreview
          result={result}
          fleet={preview.fleet}
          fleetKey={preview.key}
          fleets={preview.options}
          onFleet={preview.choose}
          onWhatIf={() => setDraft(emptyDraft)}
        />
      )}
      <WhatIfDialog draft={draft} onDraft={setDraft} onFile={(file) => void readFile(file)} onPlay={(name, text) => void play(name, text)} />
    </div>
  );
}

/** Files that are dropped on an element, or (React passes events on by its own tree) in a dialog that it opened. */
function useFileDrop(onFile: (file: File) => void) {
  const [isOver, setOver] = useState(false);
  const hasFile = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  const handlers = {
    onDragOver: (event: DragEvent) => {
      if (!hasFile(event)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
    },
    onDrop: (event: DragEvent) => {
      setOver(false);
      const [file] = event.dataTransfer.files;
      if (!file) return;
      event.preventDefault();
      onFile(file);
    },
  };
  return { isOver, handlers };
}
