import type { PlanInput } from "#domain/plan.ts";
import { type Client, setUpAccount, startRollout } from "../e2e/support/client.ts";
import { startConsole } from "../e2e/support/console.ts";
import { createGreeterFleet } from "./greeter-fleet.ts";
import { type LoadResult, requestsPerSecond, startLoad } from "./load.ts";
import { runPm2 } from "./peer.ts";
import { formatRatio, formatSeconds, note, printTable } from "./report.ts";
import { waitForEnd, waitUntilWhole } from "./rollouts.ts";

const workers = 8;
/** As pm2 works: two at a time, no soak, no hold, nobody watches. */
const plan = {
  batches: ["100%"],
  maxUnavailable: 2,
  soak: "0s",
  minHealthyTime: "0s",
  watch: "0s",
  drainTimeout: "5s",
  metrics: false,
} satisfies PlanInput;
const rolloutTimeoutMs = 300_000;

interface Ways {
  readonly load: LoadResult;
  readonly ms: readonly number[];
}

/** The same service, the same load, 1.0 → 1.1 → 1.0: a rollout of 8 instances beside `pm2 reload` of 8 workers, in one run. */
export async function benchVersus(): Promise<boolean> {
  note(`Tideline: ${workers} instances under ${requestsPerSecond} requests/s …`);
  const ours = await runOurs();
  note(`pm2 reload: ${workers} workers under ${requestsPerSecond} requests/s …`);
  const pm2 = await runPm2(workers);
  const theirs: Ways = { load: pm2.load, ms: pm2.reloadMs };
  printTable(
    `1.0 → 1.1 → 1.0 of ${workers}, ${requestsPerSecond} requests/s, 1 % of them 2 s`,
    ["Tideline", "pm2 reload", "ratio"],
    [
      row("requests answered", ours.load.answered, theirs.load.answered),
      row("requests failed", ours.load.failed, theirs.load.failed),
      ["wall time 1.0 → 1.1", ...times(ours.ms[0], theirs.ms[0])],
      ["wall time 1.1 → 1.0", ...times(ours.ms[1], theirs.ms[1])],
      row("latency p99, ms", ours.load.latencyMsP99, theirs.load.latencyMsP99),
    ],
  );
  return ours.load.failed === 0;
}

async function runOurs(): Promise<Ways> {
  const console = await startConsole();
  try {
    const client = await setUpAccount(console);
    return await rollBothWays(client);
  } finally {
    await console.close();
  }
}

async function rollBothWays(client: Client): Promise<Ways> {
  const demo = await createGreeterFleet(client, workers);
  const load = startLoad(await waitUntilWhole(client, demo.fleetId));
  const ms: number[] = [];
  for (const release of ["1.1", "1.0"]) {
    const rolloutId = await startRollout(client, demo, release, plan);
    const { startedAt, endedAt } = await waitForEnd(client, rolloutId, rolloutTimeoutMs);
    ms.push((endedAt ?? startedAt) - startedAt);
  }
  return { load: await load.stop(), ms };
}

function row(name: string, ours: number, theirs: number): (string | number)[] {
  return [name, ours, theirs, formatRatio(ours, theirs)];
}

function times(ours = 0, theirs = 0): string[] {
  return [formatSeconds(ours), formatSeconds(theirs), formatRatio(ours, theirs)];
}
