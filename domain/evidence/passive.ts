import { type FleetTick, type InstanceTick, instanceOf, nextNameOf } from "../metric.ts";
import { type Arms, createArmOf } from "./arm.ts";

/** Two ticks of one second. */
const WINDOW_TICKS = 2;
const ANSWERS_MIN = 20;
const NEW_FAILED_MIN = 0.9;
const OLD_FAILED_BELOW = 0.5;

/**
 * The passive check, always on and without warm-up (docs/semantics): instances whose unit runs the new release and had at
 * least 20 answers in the last two seconds of which at least 90 % failed, while the old release failed less than 50 %.
 * Where no old release answered, nothing excuses the new one. `ticks` may hold more than is needed, oldest first.
 */
export function passiveFailures(ticks: readonly FleetTick[], arms: Arms): ReadonlySet<string> {
  const newest = ticks.at(-1);
  if (!newest) return new Set();
  const armOf = createArmOf(arms);
  const window = ticks.filter((tick) => tick.number > newest.number - WINDOW_TICKS && tick.number <= newest.number);
  const failing = new Set<string>();
  for (const [name, { releaseId, unitKey }] of Object.entries(newest.instances)) {
    const suspect = { instanceId: instanceOf(name), unitKey };
    if (armOf(releaseId) === "new" && hasFailed(window, suspect)) failing.add(suspect.instanceId);
  }
  // Nearly always nothing fails, and then there is no need to ask about the old release.
  if (failing.size === 0) return failing;
  const ofOld = window.flatMap((tick) => Object.values(tick.instances)).filter(({ releaseId }) => armOf(releaseId) === "old");
  return failedShare(sum(ofOld)) >= OLD_FAILED_BELOW ? new Set() : failing;
}

/** A unit that was started beside another keeps its counts when it takes the other's place. */
function hasFailed(window: readonly FleetTick[], { instanceId, unitKey }: { readonly instanceId: string; readonly unitKey: string }): boolean {
  const ticks = window.flatMap(({ instances }) => [instances[instanceId] ?? [], instances[nextNameOf(instanceId)] ?? []].flat());
  const answers = sum(ticks.filter((tick) => tick.unitKey === unitKey));
  return answers.requests >= ANSWERS_MIN && failedShare(answers) >= NEW_FAILED_MIN;
}

interface Answers {
  readonly requests: number;
  readonly failed: number;
}

function sum(ticks: readonly InstanceTick[]): Answers {
  let requests = 0;
  let failed = 0;
  for (const { slots } of ticks) {
    for (const slot of slots) {
      requests += slot[0];
      failed += slot[1];
    }
  }
  return { requests, failed };
}

function failedShare({ requests, failed }: Answers): number {
  return requests > 0 ? failed / requests : 0;
}
