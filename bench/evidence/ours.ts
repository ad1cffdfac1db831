import type { Baseline } from "#domain/evidence/baseline.ts";
import { addInterval, createAccumulator, createSettings, type EvidenceSettings } from "#domain/evidence/verdict.ts";
import { Plan, type PlanInput } from "#domain/plan.ts";
import type { Rule } from "./rule.ts";
import { secondsPerRollout } from "./worlds.ts";

/** The product's own verdict with a plan's defaults, and with no margin: then a release that is just as good lies at the edge. */
export function ourRules(baseline: Baseline): readonly Rule[] {
  return [ours("Tideline", {}, baseline), ours("no margin", { metrics: { margin: { ratio: 0, absolute: 0 } } }, baseline)];
}

function ours(name: string, plan: PlanInput, baseline: Baseline): Rule {
  const settings = settingsOf(plan, baseline);
  return {
    name,
    source: `domain/evidence, alpha ${settings.alpha}, up to ${settings.omega0} times the old rate and ${settings.eps} on top allowed`,
    create: () => {
      let accumulator = createAccumulator(settings);
      return ({ interval }) => {
        accumulator = addInterval(accumulator, interval);
        return Object.keys(accumulator.decisions).length > 0;
      };
    },
  };
}

export function settingsOf(plan: PlanInput, baseline: Baseline | null): EvidenceSettings {
  const settings = createSettings(Plan.parse(plan), secondsPerRollout, baseline);
  if (settings === null) throw new Error("A plan has evidence unless it says otherwise.");
  return settings;
}
