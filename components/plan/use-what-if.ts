"use client";

import { useEffect, useState } from "react";
import type { Plan } from "#domain/plan.ts";
import type { Scenario } from "#domain/simulation/scenario-file.ts";
import { playWhatIf, type WhatIf } from "#domain/simulation/what-if.ts";

/** The page answers at least this often while a scenario plays, in milliseconds. */
const sliceMs = 12;
/** The whole of it, slices only. */
const playMsMax = 10_000;

interface Outcome {
  readonly scenario: Scenario;
  readonly plan: Plan;
  /** Null where it could not be played to its end: `problem` says why. */
  readonly whatIf: WhatIf | null;
  readonly problem: string | null;
}

export interface WhatIfResult {
  /** Of this scenario with the last plan that could be played. */
  readonly whatIf: WhatIf | null;
  readonly problem: string | null;
  /** It plays, and what is shown is older. */
  readonly isPlaying: boolean;
}

/** A scenario played with the plan in this browser, on every change of either, in slices that leave the page its turn. */
export function useWhatIf(scenario: Scenario | null, plan: Plan | null): WhatIfResult {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  useEffect(() => {
    if (!scenario || !plan) return;
    return playInSlices(playWhatIf(scenario, plan), (ended) => setOutcome({ scenario, plan, ...ended }));
  }, [scenario, plan]);
  const known = outcome?.scenario === scenario ? outcome : null;
  return {
    whatIf: known?.whatIf ?? null,
    problem: known?.problem ?? null,
    isPlaying: scenario !== null && plan !== null && known?.plan !== plan,
  };
}

type Ended = Pick<Outcome, "whatIf" | "problem">;

/** Returns how to stop it. */
function playInSlices(steps: ReturnType<typeof playWhatIf>, end: (ended: Ended) => void): () => void {
  let spentMs = 0;
  let timer = setTimeout(play);
  return () => clearTimeout(timer);

  function play(): void {
    const from = performance.now();
    try {
      do {
        const { done, value } = steps.next();
        if (!done) continue;
        end({ whatIf: value, problem: null });
        return;
      } while (performance.now() - from < sliceMs);
    } catch (error) {
      end({ whatIf: null, problem: `The simulation stopped by a mistake of ours: ${error instanceof Error ? error.message : String(error)}` });
      return;
    }
    spentMs += performance.now() - from;
    if (spentMs > playMsMax) end({ whatIf: null, problem: tooLong });
    else timer = setTimeout(play);
  }
}

const tooLong = `This takes longer than ${playMsMax / 1_000} s in a browser. Give it fewer instances or a smaller untilMs, or play it with npm run simulate.`;
