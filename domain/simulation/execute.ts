import type { Effect } from "../engine/effect.ts";
import { carryOut } from "./carry-out.ts";
import { crashAfterCommit, crashAfterEffect } from "./crash.ts";
import { push } from "./heap.ts";
import { viewsOf } from "./observe.ts";
import type { ControlPlane } from "./plane.ts";

const backoffMsMin = 1_000;
const backoffMsMax = 30_000;

export interface Outcome {
  readonly isCrashed: boolean;
  readonly hasRefusals: boolean;
  /** Something was asked for that cannot be seen to be done. */
  readonly isAsking: boolean;
}

/** Carries effects out as the server does: those whose instance is free and that do not wait out a backoff. */
export function execute(plane: ControlPlane, effects: readonly Effect[]): Outcome {
  const { world, memory, watch } = plane;
  let isAsking = false;
  for (const effect of effects) {
    if (isBusy(plane, effect) || (memory.backoffs.get(nameOf(effect))?.until ?? 0) > world.now) continue;
    if (crashAfterCommit(plane, effect)) return crashed;
    const before = watch && viewsOf(world);
    const { version } = world;
    const existingBefore = world.tally.existing;
    ask(plane, effect);
    if (world.version === version) isAsking = true;
    else if (watch && before) watch({ type: "carried-out", effect, before, after: viewsOf(world), existingBefore }, plane);
    if (crashAfterEffect(plane)) return crashed;
  }
  return { isCrashed: false, hasRefusals: memory.refusals.length > 0, isAsking };
}

const crashed: Outcome = { isCrashed: true, hasRefusals: false, isAsking: false };

function ask(plane: ControlPlane, effect: Effect): void {
  const { world, memory } = plane;
  const { backoffs, refusals, flying } = memory;
  const name = nameOf(effect);
  const answer = carryOut(world, effect);
  if (answer.is === "done") backoffs.delete(name);
  else {
    const isNo = answer.is === "no";
    const ms = isNo ? Math.min((backoffs.get(name)?.ms ?? backoffMsMin / 2) * 2, backoffMsMax) : backoffMsMin;
    backoffs.set(name, { until: world.now + ms, ms });
    push(plane.wakes, world.now + ms, null);
    if (isNo && effect.type !== "hook.run") refusals.push({ effect, message: answer.message });
  }
  if (effect.type !== "instance.replace" && effect.type !== "instance.start") return;
  const slot = world.slots.get(effect.instanceId);
  const launch = effect.type === "instance.replace" ? slot?.replacing : slot?.starting;
  if (launch) flying.set(effect.instanceId, launch);
}

/** A start is answered when the unit runs; until then nothing else is asked of that instance. */
function isBusy({ world, memory }: ControlPlane, effect: Effect): boolean {
  if (effect.type === "hook.run") return false;
  const launch = memory.flying.get(effect.instanceId);
  if (launch === undefined) return false;
  const slot = world.slots.get(effect.instanceId);
  if (slot?.replacing === launch || slot?.starting === launch) return true;
  memory.flying.delete(effect.instanceId);
  return false;
}

function nameOf(effect: Effect): string {
  return "target" in effect ? `${effect.type} ${effect.target} ${effect.key}` : `${effect.type} ${effect.key}`;
}
