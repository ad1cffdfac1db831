import type { ReleaseSample } from "#domain/metric.ts";
import { type Client, createDemo, type Demo, setUpAccount } from "../e2e/support/client.ts";
import { startConsole } from "../e2e/support/console.ts";
import { until } from "../e2e/support/until.ts";
import { requestsPerSecond } from "./load.ts";
import { formatSeconds, note, printTable } from "./report.ts";
import { readAllEvents, startNamed, waitForEnd, waitUntilWhole } from "./rollouts.ts";

const releases = ["1.3", "1.4"] as const;
const rolloutTimeoutMs = 600_000;

interface Outcome {
  readonly release: string;
  readonly status: string;
  readonly why: string;
  readonly badAnswers: number;
  readonly answers: number;
  readonly detectedMs: number;
  readonly wholeMs: number;
}

/** What a release that fails 2 % and one that is never ready cost the users, with the demo's standard plan. */
export async function benchBad(): Promise<boolean> {
  const console = await startConsole();
  try {
    const client = await setUpAccount(console);
    const demo = await createDemo(client, requestsPerSecond);
    const outcomes: Outcome[] = [];
    for (const release of releases) {
      await waitUntilWhole(client, demo.fleetId);
      note(`Rolling to ${release} with the standard plan under ${requestsPerSecond} requests/s …`);
      outcomes.push(await runBad(client, demo, release));
    }
    printTable("Bad releases, standard plan", releases, [
      ["ended", ...outcomes.map(({ status }) => status)],
      ["requests it answered", ...outcomes.map(({ answers }) => answers)],
      ["of these badly", ...outcomes.map(({ badAnswers }) => badAnswers)],
      ["start until turned back", ...outcomes.map(({ detectedMs }) => formatSeconds(detectedMs))],
      ["start until the fleet was whole", ...outcomes.map(({ wholeMs }) => formatSeconds(wholeMs))],
    ]);
    for (const { release, why } of outcomes) note(`${release}: ${why}`);
    return outcomes.every(({ status }) => status === "rolled-back");
  } finally {
    await console.close();
  }
}

async function runBad(client: Client, demo: Demo, release: string): Promise<Outcome> {
  const rolloutId = await startNamed(client, demo, release, "standard");
  const ended = await waitForEnd(client, rolloutId, rolloutTimeoutMs);
  const events = await readAllEvents(client, rolloutId);
  const turnedAt = events.find(({ type }) => type === "rollback.started")?.at ?? ended.startedAt;
  const samples = await settledSamples(client, demo);
  const ofRelease = samples.filter(({ releaseId }) => releaseId === demo.releases[release]);
  return {
    release,
    status: ended.status,
    why: ended.outcome ?? "",
    answers: sum(ofRelease, "requests"),
    badAnswers: sum(ofRelease, "failed"),
    detectedMs: turnedAt - ended.startedAt,
    wholeMs: (ended.endedAt ?? turnedAt) - ended.startedAt,
  };
}

/** Samples are written a little after the fact: read them once they reach past the present moment. */
async function settledSamples({ trpc }: Client, demo: Demo): Promise<ReleaseSample[]> {
  const read = () => trpc.fleets.samples.query({ fleetId: demo.fleetId, windowMs: rolloutTimeoutMs, widthMs: 10_000 });
  const seen = Math.max(...(await read()).map(({ at }) => at));
  return until(
    async () => {
      const samples = await read();
      return samples.some(({ at }) => at > seen) ? samples : null;
    },
    "No newer sample was written.",
    60_000,
  );
}

function sum(samples: readonly ReleaseSample[], field: "requests" | "failed"): number {
  return samples.reduce((total, sample) => total + sample[field], 0);
}
