"use client";

import { formatDuration } from "#domain/duration.ts";
import type { Insights } from "#domain/insights/insights.ts";
import { FigureCard } from "./figure-card.tsx";
import { describeChangeFailure, describeExposure, describeFrequency, describeGates, describeSpread, formatMultiple } from "./figure-words.ts";

/** The figures of one number each; docs/insights.md defines them at length. */
export function InsightFigures({ insights }: { insights: Insights }) {
  const { rollouts, leadTime, restore, detect, prediction } = insights;
  return (
    <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-4">
      <FigureCard
        label="Deployment frequency"
        text={describeFrequency(insights)}
        meaning="Rollouts that succeeded, rollbacks left out, over the length of the period."
        rows={insights.frequency.rows}
        rollouts={rollouts}
      />
      <FigureCard
        label="Lead time"
        text={describeSpread(leadTime)}
        meaning="From the moment a release was recorded until its last batch was done, the first time on each fleet."
        rows={leadTime.rows}
        rollouts={rollouts}
        format={formatDuration}
      />
      <FigureCard
        label="Change-failure rate"
        text={describeChangeFailure(insights)}
        meaning="Changes that failed, turned back or were taken back later. Cancelled and replaced ones are not counted."
        rows={insights.changeFailure.rows}
        rollouts={rollouts}
      />
      <FigureCard
        label="Time to restore"
        text={describeSpread(restore)}
        meaning="From the decision to turn back until every instance was healthy on its way back."
        rows={restore.rows}
        rollouts={rollouts}
        format={formatDuration}
      />
      <FigureCard
        label="Time to detect"
        text={describeSpread(detect)}
        meaning="Of changes that went back: from the opening of the first batch until that decision."
        rows={detect.rows}
        rollouts={rollouts}
        format={formatDuration}
      />
      <FigureCard
        label="Bad answers of turned-back releases"
        text={describeExposure(insights)}
        meaning="Failed requests that they served from the start until the fleet was back. Samples are kept for 14 days."
        rows={insights.exposure.rows}
        rollouts={rollouts}
        format={(failed) => `${failed.toLocaleString("en-GB")} failed`}
      />
      <FigureCard
        label="Took, against the prediction"
        text={describeSpread(prediction, formatMultiple)}
        meaning="Time from start to end of changes that succeeded, as a multiple of what was simulated at the start."
        rows={prediction.rows}
        rollouts={rollouts}
        format={formatMultiple}
      />
      <FigureCard
        label="Gate trips"
        text={describeGates(insights)}
        meaning="Times at which evidence or resources were bad. One that a person overrode in a change that stayed may have been a false alarm."
        rows={insights.gates.rows}
        rollouts={rollouts}
        format={(trips) => `${trips} ${trips === 1 ? "trip" : "trips"}`}
      />
    </div>
  );
}
