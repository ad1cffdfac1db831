import { createInstances } from "#domain/fleet.ts";
import { Plan } from "#domain/plan.ts";
import { previewPlan } from "#domain/simulation/preview.ts";

let round = 0;

/** Runs in the browser: milliseconds for one preview of a plan that differs from the last one. */
(window as unknown as { tidelinePreviewMs: (instances: number) => number }).tidelinePreviewMs = (count) => {
  round += 1;
  const plan = Plan.parse({ soak: `${60 + round}s` });
  const instances = createInstances(count, ["a", "b", "c"]);
  const startedAt = performance.now();
  previewPlan({ plan, instances });
  return performance.now() - startedAt;
};
