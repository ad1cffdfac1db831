import type { RolloutEvent } from "#domain/event.ts";
import { isTerminal, type Rollout } from "#domain/rollout.ts";
import { type Client, type Demo, startRollout, untilWhole } from "../e2e/support/client.ts";
import { until } from "../e2e/support/until.ts";

const pageSize = 500;

/** Waits for the end. A server that is away for a moment is asked again. */
export async function waitForEnd({ trpc }: Client, rolloutId: string, timeoutMs: number): Promise<Rollout> {
  return until(
    async () => {
      const rollout = await trpc.rollouts.get.query({ rolloutId }).catch(() => null);
      return rollout && isTerminal(rollout.status) ? rollout : null;
    },
    "The rollout did not end in time.",
    timeoutMs,
  );
}

export async function readAllEvents({ trpc }: Client, rolloutId: string): Promise<RolloutEvent[]> {
  const events: RolloutEvent[] = [];
  for (;;) {
    const page = await trpc.rollouts.events.query({ rolloutId, afterSeq: events.at(-1)?.seq ?? 0, limit: pageSize });
    events.push(...page);
    if (page.length < pageSize) return events;
  }
}

/** Longer than the `minHealthyTime` of every plan here: what is ready for less counts as unhealthy at a start. */
const readyMs = 6_000;

/** Waits until every instance of the fleet is in rotation and healthy, and answers with the address of its traffic. */
export async function waitUntilWhole(client: Client, fleetId: string): Promise<string> {
  await untilWhole(client, fleetId, readyMs);
  const { address } = await client.trpc.fleets.get.query({ fleetId });
  if (address === null) throw new Error("The fleet has no address.");
  return address;
}

/** Starts a rollout with one of the console's saved plans. */
export async function startNamed(client: Client, demo: Demo, release: string, planName: string): Promise<string> {
  const plan = (await client.trpc.plans.list.query()).find(({ name }) => name === planName);
  if (!plan) throw new Error(`There is no plan ${planName}.`);
  return startRollout(client, demo, release, plan.plan);
}
