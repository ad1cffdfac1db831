import { baselineOf } from "#domain/evidence/baseline.ts";
import { type GatheredRollout, gatherInterval } from "#domain/evidence/gather.ts";
import type { FleetTick } from "#domain/metric.ts";
import { createRandom, type Random } from "#domain/simulation/random.ts";
import { Table } from "#domain/table.ts";
import { ourRules } from "./ours.ts";
import { peerRules } from "./peers.ts";
import { type Answers, add, nothing, type Rule } from "./rule.ts";
import { createStream, drawBaseline, drawHostLevel, instanceId, newRelease, oldRelease, toTick } from "./traffic.ts";
import { batchAt, instances, rateAt, secondsPerRollout, type World } from "./worlds.ts";

const requestsPerSecond = 20;
const warmUpMs = 10_000;

/** Ours first. */
export const rules: readonly Rule[] = [...ourRules(baselineOf([], "slots")), ...peerRules];

/** What became of one rollout under one rule. */
export interface Outcome {
  /** The second at which it was rolled back; null when never. */
  readonly haltedAt: number | null;
  /** Bad answers until then beyond those that the old release would have given. */
  readonly excess: number;
}

/** One rollout of a world, seen by all rules at once; an outcome for each, in the order of `rules`. `alone`: by the first of them only. */
export function playTrial(world: World, seed: number, alone: boolean): readonly Outcome[] {
  const random = createRandom(seed);
  const levels = Array.from({ length: instances }, () => drawHostLevel(world.hostSigma, random));
  const baseline = baselineBefore(world, levels, random);
  const streams = levels.map(() => createStream({ requestsPerSecond, clump: world.clump, runsOn: world.runsOn, random }));
  const rollout = rolloutOf(baseline);
  const present = [...ourRules(baseline), ...peerRules].slice(0, alone ? 1 : rules.length);
  const judges = present.map((rule) => ({ judge: rule.create(), haltedAt: null as number | null, excess: 0 }));
  let before: FleetTick | undefined;
  for (let second = 0; second < secondsPerRollout && judges.some(({ haltedAt }) => haltedAt === null); second += 1) {
    const { onNew, newestForMs } = batchAt(second);
    let [old, fresh]: [Answers, Answers] = [nothing, nothing];
    const units = streams.map((stream, index) => {
      const arm = index < onNew ? "new" : "old";
      const drawn = stream.draw(Math.min(1, rateAt(world, arm, second) * (levels[index] ?? 1)));
      if (arm === "new") fresh = add(fresh, drawn);
      else old = add(old, drawn);
      const readyForMs = index === onNew - 1 ? newestForMs : warmUpMs;
      return { slots: drawn.slots, releaseId: arm === "new" ? newRelease : oldRelease, readyForMs };
    });
    const tick = toTick(second, units);
    const interval = gatherInterval({ tick, before, rollout, warmUpMs });
    before = tick;
    if (interval === null) continue;
    const excess = fresh.failed - fresh.requests * rateAt(world, "old", second);
    for (const each of judges) {
      if (each.haltedAt !== null) continue;
      each.excess += excess;
      if (each.judge({ t: second + 1, old, new: fresh, interval })) each.haltedAt = second + 1;
    }
  }
  return judges.map(({ haltedAt, excess }) => ({ haltedAt, excess }));
}

function baselineBefore({ rate, clump, runsOn, hasHistory }: World, levels: readonly number[], random: Random) {
  if (!hasHistory) return baselineOf([], "slots");
  return drawBaseline(
    levels.map((level) => Math.min(1, level * rate)),
    { requestsPerSecond, clump, runsOn, random },
  );
}

export function rolloutOf(baseline: GatheredRollout["baseline"], count = instances): GatheredRollout {
  const updates = Table.from(Array.from({ length: count }, (_, index) => [instanceId(index), { wayBackId: oldRelease, zone: "" }] as const));
  return { releaseId: newRelease, updates, baseline };
}
