import { setTimeout as sleep } from "node:timers/promises";
import type { PlanInput } from "#domain/plan.ts";
import { type Client, createDemo, type Demo, setUpAccount, startRollout } from "../e2e/support/client.ts";
import { type Console, startConsole } from "../e2e/support/console.ts";
import { measureRollout, type RolloutTimes } from "./critical-path.ts";
import { type LoadResult, requestsPerSecond, startLoad } from "./load.ts";
import { formatRatio, formatSeconds, note, printTable } from "./report.ts";
import { readAllEvents, waitForEnd, waitUntilWhole } from "./rollouts.ts";

const instances = 12;
const parallel = 3;
const soakMs = 2_000;
const plan = {
  batches: [1, "25%"],
  maxUnavailable: "25%",
  soak: `${soakMs}ms`,
  minHealthyTime: "1s",
  drainTimeout: "5s",
  watch: "1s",
} satisfies PlanInput;
const rolloutTimeoutMs = 300_000;
const kills = 3;
const freezes = 2;
const disturbEveryMs = 4_000;
/** Longer than its lease. */
const frozenMs = 15_000;

/** What happens to the control plane on each way. */
const disturbances = {
  none: { title: "quiet", disturb: async () => {} },
  kill: { title: `kill -9 of the control plane, ${kills} times each way`, disturb: killRepeatedly },
  stop: { title: `the control plane stopped for ${frozenMs / 1_000} s and then killed, ${freezes} times each way`, disturb: freezeRepeatedly },
} as const;
type Disturbance = keyof typeof disturbances;

interface Run {
  readonly title: string;
  readonly load: LoadResult;
  readonly rollouts: readonly RolloutTimes[];
}

/** 1.0 → 1.1 → 1.0 under load: once quiet, and once more for each disturbance that is asked for. */
export async function benchLocal(asked: readonly Exclude<Disturbance, "none">[]): Promise<boolean> {
  const console = await startConsole();
  try {
    const client = await setUpAccount(console);
    const demo = await createDemo(client, 0);
    const address = await waitUntilWhole(client, demo.fleetId);
    const runs: Run[] = [];
    for (const disturbance of ["none", ...asked] as const) runs.push(await run(disturbance, console, client, demo, address));
    for (const one of runs) report(one);
    return runs.every(isGood);
  } finally {
    await console.close();
  }
}

async function run(disturbance: Disturbance, console: Console, client: Client, demo: Demo, address: string): Promise<Run> {
  const { title, disturb } = disturbances[disturbance];
  note(`Rolling ${instances} instances 1.0 → 1.1 → 1.0 under ${requestsPerSecond} requests/s: ${title} …`);
  const load = startLoad(address);
  const rollouts: RolloutTimes[] = [];
  try {
    for (const release of ["1.1", "1.0"]) {
      const rolloutId = await startRollout(client, demo, release, plan);
      await disturb(console);
      await waitForEnd(client, rolloutId, rolloutTimeoutMs);
      rollouts.push(measureRollout(await readAllEvents(client, rolloutId), instances, parallel, soakMs));
    }
  } catch (error) {
    // A load that goes on would keep this process alive.
    await load.stop();
    throw error;
  }
  return { title, load: await load.stop(), rollouts };
}

async function killRepeatedly(console: Console): Promise<void> {
  for (let count = 0; count < kills; count++) {
    await sleep(disturbEveryMs);
    await console.kill();
    await console.start();
  }
}

/** It wakes up with a lease that another could have taken, takes the fleet again, and dies. */
async function freezeRepeatedly(console: Console): Promise<void> {
  for (let count = 0; count < freezes; count++) {
    await sleep(disturbEveryMs);
    console.freeze();
    await sleep(frozenMs);
    console.thaw();
    await sleep(disturbEveryMs);
    await console.kill();
    await console.start();
  }
}

function report({ title, load, rollouts }: Run): void {
  printTable(
    `Tideline, ${instances} instances, plan [1, "25%"], ${requestsPerSecond} requests/s, 1 % of them 2 s: ${title}`,
    ["1.0 → 1.1", "1.1 → 1.0"],
    [
      ["ended", ...rollouts.map(({ status }) => status)],
      ["wall time to the last gate", ...rollouts.map(({ wallMs }) => formatSeconds(wallMs))],
      ["critical path", ...rollouts.map(({ criticalMs }) => formatSeconds(criticalMs))],
      ["ratio (≤ 1.10 wanted)", ...rollouts.map(({ wallMs, criticalMs }) => formatRatio(wallMs, criticalMs))],
      ["fewest in rotation (floor 9)", ...rollouts.map(({ inRotationMin }) => inRotationMin)],
      ["requests cut", ...rollouts.map(({ cut }) => cut)],
      ["updates of one instance, at most", ...rollouts.map(({ updatesMax }) => updatesMax)],
    ],
  );
  note(`requests answered ${load.answered}, failed ${load.failed}; latency p50 ${load.latencyMsP50} ms, p99 ${load.latencyMsP99} ms`);
}

function isGood({ load, rollouts }: Run): boolean {
  const floor = instances - parallel;
  const whole = rollouts.every(
    ({ status, cut, inRotationMin, updatesMax }) => status === "succeeded" && cut === 0 && inRotationMin >= floor && updatesMax === 1,
  );
  return whole && load.failed === 0 && load.answered > 0;
}
