import { explore } from "./explore.ts";
import { Scenario, type ScenarioInput } from "./scenario-file.ts";

/** Attempts to make a scenario smaller; each is one run. */
const attemptsMax = 400;

export interface Shrunk {
  readonly scenario: ScenarioInput;
  readonly message: string;
}

/** A smaller scenario that breaks the same: entries dropped, fewer instances, a plainer plan, as long as anything helps. */
export function shrink(scenario: ScenarioInput, invariant: string): Shrunk {
  let smallest: Shrunk = { scenario, message: brokenBy(scenario, invariant) ?? "" };
  let attempts = 0;
  for (let isSmaller = true; isSmaller && attempts < attemptsMax; ) {
    isSmaller = false;
    for (const candidate of smallerOnes(smallest.scenario)) {
      attempts += 1;
      const message = brokenBy(candidate, invariant);
      if (message === null) continue;
      smallest = { scenario: candidate, message };
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

function brokenBy(scenario: ScenarioInput, invariant: string): string | null {
  const parsed = Scenario.safeParse(scenario);
  if (!parsed.success) return null;
  const { broken } = explore(parsed.data);
  return broken?.invariant === invariant ? broken.message : null;
}

/** The largest steps first. */
function* smallerOnes(scenario: ScenarioInput): Generator<ScenarioInput> {
  const { fleet, timeline, plan = {}, releases = {}, hooks = {} } = scenario;
  for (const index of timeline.keys()) if (timeline.length > 1) yield { ...scenario, timeline: timeline.toSpliced(index, 1) };
  for (const instances of [Math.ceil(fleet.instances / 2), fleet.instances - 1])
    if (instances >= 1 && instances < fleet.instances) yield { ...scenario, fleet: { ...fleet, instances } };
  for (const [field, value] of Object.entries({ zones: ["a"], unhealthy: [], drainMs: 0, traffic: undefined }))
    if (JSON.stringify(fleet[field as keyof typeof fleet]) !== JSON.stringify(value)) yield { ...scenario, fleet: without(fleet, field) };
  for (const release of Object.keys(releases)) yield { ...scenario, releases: without(releases, release) };
  for (const [release, behaviour] of Object.entries(releases))
    for (const field of Object.keys(behaviour)) yield { ...scenario, releases: { ...releases, [release]: without(behaviour, field) } };
  for (const field of Object.keys(plan)) yield { ...scenario, plan: without(plan, field) };
  if (plan.batches && plan.batches.length > 1) yield { ...scenario, plan: { ...plan, batches: plan.batches.slice(0, 1) } };
  if (Object.keys(hooks).length > 0) yield { ...scenario, hooks: {} };
}

function without<Value extends object>(value: Value, field: string): Value {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== field)) as Value;
}
