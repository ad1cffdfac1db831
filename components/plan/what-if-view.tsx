"use client";

import { FlaskConical, Pencil, X } from "lucide-react";
import { useMemo } from "react";
import { RolloutStatus } from "#components/instance/rollout-status.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { formatDuration } from "#domain/duration.ts";
import { describeWaiting } from "#domain/engine/sentence.ts";
import type { Plan } from "#domain/plan.ts";
import type { StoredRollout } from "#domain/simulation/book.ts";
import type { RolloutReport } from "#domain/simulation/report.ts";
import type { WhatIf } from "#domain/simulation/what-if.ts";
import { CourseView, Figures } from "./course-view.tsx";
import { OutdatedNotice } from "./plan-preview.tsx";
import { formatNames } from "./plan-sentence.ts";
import type { LoadedScenario } from "./read-scenario.ts";
import { StoryList } from "./story-list.tsx";
import type { WhatIfResult } from "./use-what-if.ts";
import { formatStopwatch, isTurn, toStory } from "./what-if-story.ts";
import { describeScenarioFleet, whatIfFigures, whatIfNotes } from "./what-if-words.ts";

interface WhatIfViewProps {
  readonly loaded: LoadedScenario;
  /** Null while what is written is no plan. */
  readonly plan: Plan | null;
  readonly result: WhatIfResult;
  readonly onEdit: () => void;
  readonly onClose: () => void;
}

/** What the plan comes to in a scenario, in place of the preview in which nothing goes wrong. */
export function WhatIfView({ loaded, plan, result, onEdit, onClose }: WhatIfViewProps) {
  const { name, scenario } = loaded;
  const { whatIf, problem, isPlaying } = result;
  const notes = plan ? whatIfNotes(scenario, plan, whatIf) : [];
  return (
    <Card
      title={
        <span className="flex items-center gap-1.5">
          <FlaskConical aria-hidden className="size-4 shrink-0 text-accent" />
          What if
        </span>
      }
      description={<span className="block truncate">{name}</span>}
      flush
      actions={
        <div className="flex items-center gap-1">
          <Button size="small" onClick={onEdit}>
            <Pencil aria-hidden />
            Edit
          </Button>
          <Button variant="ghost" size="icon-small" aria-label="Close the scenario" onClick={onClose}>
            <X aria-hidden />
          </Button>
        </div>
      }
    >
      <div className="flex flex-col gap-1 border-line border-b bg-sunken px-4 py-2.5 text-ink-soft text-sm">
        <p>Played on the scenario's own fleet: {describeScenarioFleet(scenario)}. Your plan stands in place of its plan; no real fleet is asked.</p>
        {notes.map((note) => (
          <p key={note}>{note}</p>
        ))}
      </div>
      {plan ? null : <OutdatedNotice />}
      {problem ? (
        <p role="alert" className="px-4 py-3 text-bad text-sm">
          {problem}
        </p>
      ) : null}
      {whatIf ? (
        <div aria-busy={isPlaying} className={cn("divide-y divide-line", plan === null && "grayscale")}>
          <Outcomes whatIf={whatIf} />
          <Figures figures={whatIfFigures(whatIf)} />
          <Told whatIf={whatIf} loaded={loaded} />
        </div>
      ) : problem ? null : (
        <p role="status" className="px-4 py-6 text-ink-soft text-sm">
          {plan ? "Playing…" : "There is nothing to show until the plan has no errors."}
        </p>
      )}
    </Card>
  );
}

function Outcomes({ whatIf }: { whatIf: WhatIf }) {
  const { rollouts } = whatIf.report;
  if (rollouts.length === 0)
    return <p className="px-4 py-3 font-medium text-bad text-sm">Nothing was started: the events below say why every start was refused.</p>;
  return (
    <ul aria-label="Outcome" className="divide-y divide-line">
      {rollouts.map((rollout, index) => (
        <Outcome key={rollout.id} rollout={rollout} stored={whatIf.run.plane.book.rollouts[index]} now={whatIf.course.durationMs} />
      ))}
    </ul>
  );
}

function Outcome({ rollout, stored, now }: { rollout: RolloutReport; stored: StoredRollout | undefined; now: number }) {
  const { id, kind, release, status, reason, failed, skipped, wasUnhealthy, waiting, startedAtMs, endedAtMs } = rollout;
  const sentences = [
    ...(reason === null ? [] : [reason]),
    ...(stored ? waiting.map((wait) => describeWaiting(wait, now, stored.state)) : []),
    ...(failed.length > 0 ? [`Failed: ${formatNames(failed)}.`] : []),
    ...(skipped.length > 0 ? [`Skipped: ${formatNames(skipped)}.`] : []),
    ...(wasUnhealthy.length > 0 ? [`Was already unhealthy: ${formatNames(wasUnhealthy)}.`] : []),
  ];
  return (
    <li className="flex flex-col gap-1 px-4 py-3">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <RolloutStatus status={status} failed={failed.length} />
        <span className="font-medium text-sm">
          {id}: {kind === "rollback" ? "back to" : "to"} {release}
        </span>
        <span className="numbers text-ink-soft text-sm">
          {endedAtMs === null ? `begun at ${formatStopwatch(startedAtMs)}` : `after ${formatDuration(endedAtMs - startedAtMs)}`}
        </span>
      </p>
      {sentences.length > 0 ? <p className="break-words text-ink-soft text-sm">{sentences.join(" ")}</p> : null}
    </li>
  );
}

function Told({ whatIf, loaded }: { whatIf: WhatIf; loaded: LoadedScenario }) {
  const { course, run, instances } = whatIf;
  const story = useMemo(() => toStory(run, loaded.scenario.timeline), [run, loaded]);
  const turns = useMemo(() => story.filter(isTurn), [story]);
  const marks = useMemo(() => turns.flatMap(({ entry, atMs }) => (entry === null ? [] : [{ label: String(entry), atMs }])), [turns]);
  const momentAt = (atMs: number) => turns.findLast((line) => line.atMs <= atMs)?.text ?? "Before the first entry";
  return (
    <>
      <CourseView course={course} instances={instances} momentAt={momentAt} marks={marks} />
      <StoryList story={story} turns={turns} />
    </>
  );
}
